/** Parses JSON of unknown make with a schema, or refuses it by the field's name and what is wrong with it. */
import type { z } from "zod";
import { type AppError, invalidField } from "./errors.ts";
import { mendOf } from "./mend.ts";

/** Throws `invalid_request` for one thing that is wrong; `at` is where the JSON itself was found, e.g. `limits[2]`. */
export function parse<S extends z.ZodType>(schema: S, json: unknown, at: string): z.output<S> {
  const parsed = schema.safeParse(json, { error: mendOf });
  if (parsed.success) return parsed.data;
  throw refusalOf(parsed.error, at);
}

function refusalOf(error: z.ZodError, at: string): AppError {
  // A field that is not known is often the missing one misspelt, so it is the better thing to say.
  const unrecognized = error.issues.find(({ code }) => code === "unrecognized_keys");
  const issue = unrecognized ?? error.issues[0];
  if (issue === undefined) return invalidField(at, "cannot be read.");
  const field = fieldName(at, issue.path);
  if (issue.code !== "unrecognized_keys") return invalidField(field, issue.message);
  const unknown = issue.keys[0] ?? "";
  return invalidField(fieldName(field, [unknown]), "there is no such field; take it out.");
}

function fieldName(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === "number") return `${name}[${part}]`;
    return name === "" ? String(part) : `${name}.${String(part)}`;
  }, at);
}
