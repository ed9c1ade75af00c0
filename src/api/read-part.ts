/** Parses one part of a request with its schema; what is wrong is refused by the field's name. */
import type { z } from "zod";
import { AppError, invalidField } from "../core/errors.ts";
import { parse } from "../core/parse.ts";

type Read = { readonly value: unknown } | { readonly error: AppError };

/** As Fastify wants a validator: gives the parsed value, or the refusal as a value. */
export function partReader(
  schema: z.ZodType,
  httpPart: string | undefined,
): (given: unknown) => Read {
  return (given) => {
    try {
      if (httpPart === "querystring") forbidRepeats(given);
      return { value: parse(schema, httpPart === "body" ? bodyOf(given) : given, "") };
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      return { error: withPlace(cause, httpPart) };
    }
  };
}

/** A body that was not sent says nothing, so each field of it is missing and is named as such. */
function bodyOf(given: unknown): unknown {
  return given ?? {};
}

/** A parameter given twice is a list to the parser, and nobody could say which of the two was meant. */
function forbidRepeats(given: unknown): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (Array.isArray(value)) throw invalidField(name, "is given twice; give it once.");
  }
}

/** What is wrong with the whole of a part has no field's name. */
function withPlace(refusal: AppError, httpPart: string | undefined): AppError {
  const { field, reason } = refusal.details;
  if (field !== "" || typeof reason !== "string") return refusal;
  return invalidField(httpPart === "body" ? "body" : "query", reason);
}
