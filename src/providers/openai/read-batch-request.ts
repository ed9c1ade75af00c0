/** Reads what a batch, and the file of requests it is made of, say about their cost. */
import { AppError, invalidField } from "../../core/errors.ts";
import { parseLine } from "../batch-total.ts";
import type { Dialect, RequestFacts, UploadRules } from "../dialect.ts";
import { type JsonObject, textIn } from "../read-json.ts";
import { bodyOf } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";
import { ALL_ADDRESSES, openaiRoutes } from "./works.ts";

const ROUTES = openaiRoutes({ pattern: "/v1", endpoint: "/v1" }, ALL_ADDRESSES);

/** What a batch can use is in its input file, which was read when it was uploaded. */
export function readBatch(body: JsonObject): RequestFacts {
  const file = textIn(body, "input_file_id");
  if (file === undefined) throw invalidField("input_file_id", "must name an uploaded file.");
  // Its results are read as that endpoint's answers.
  if (!ROUTES.some(({ endpoint }) => endpoint === body["endpoint"])) {
    throw invalidField("endpoint", "must be one that is offered in batches.");
  }
  return {
    ...unitFacts({ model: "batch", units: {}, soft: true }),
    names: [{ id: file, guessed: false }],
    batchOf: file,
  };
}

export function uploadRules(readRequest: Dialect["readRequest"]): UploadRules {
  return {
    holdsRequests: (fields) => fields["purpose"] === "batch",
    readRequest: (line) => readLine(line, readRequest),
  };
}

/** null: an empty line. */
function readLine(line: string, readRequest: Dialect["readRequest"]): RequestFacts | null {
  const json = parseLine(line);
  if (json === null) return null;
  const path = textIn(json, "url") ?? "";
  const route = ROUTES.find(({ pattern, body }) => pattern.test(path) && body === undefined);
  if (route === undefined) {
    throw new AppError(
      "operation_not_offered",
      `${path || "A line without url"} is not offered in batches.`,
      {
        field: "url",
      },
    );
  }
  const body = bodyOf(json["body"]);
  const query = new URLSearchParams();
  return readRequest({ route, path, query, json: body, bodyBytes: line.length });
}
