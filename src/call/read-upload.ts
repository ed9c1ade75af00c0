/** Reads what an uploaded file will mean for the requests that name it. */
import { AppError } from "../core/errors.ts";
import { BatchFacts } from "../providers/batch-facts.ts";
import type { FilePart, RequestFacts, UploadRules } from "../providers/dialect.ts";
import { documentTokens } from "../providers/document-tokens.ts";
import type { CallRequest, FormBody, MadeObject } from "./call.ts";

/** Throws `invalid_request`, with the line, where a batch's file holds what cannot be metered. */
export async function readUpload({
  dialect: { uploads },
  form,
}: CallRequest): Promise<Pick<MadeObject, "tokens" | "contents">> {
  if (form === undefined) return {};
  if (uploads?.holdsRequests(form.fields) === true) {
    return { contents: await sumOf(form, uploads) };
  }
  const file = Object.values(form.fields).find(isFile);
  const tokens = file === undefined ? null : documentTokens(file);
  return tokens === null ? {} : { tokens };
}

async function sumOf(form: FormBody, uploads: UploadRules): Promise<RequestFacts> {
  const sum = new BatchFacts();
  let number = 0;
  for await (const line of form.lines()) {
    number += 1;
    try {
      const facts = uploads.readRequest(line);
      if (facts !== null) sum.add(facts);
    } catch (cause) {
      throw cause instanceof AppError ? inLine(number, cause) : cause;
    }
  }
  return sum.total();
}

function inLine(number: number, { code, message, details }: AppError): AppError {
  return new AppError(code, `Line ${number}: ${message}`, { ...details, line: number });
}

function isFile(field: unknown): field is FilePart {
  return typeof field === "object" && field !== null && "bytes" in field && "filename" in field;
}
