/** Parses one part of a request with its schema; what is wrong is refused by the field's name. */
import { z } from "zod";
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
      return { value: parse(schema, partOf(given, schema, httpPart), "") };
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      return { error: withPlace(cause, httpPart) };
    }
  };
}

function partOf(given: unknown, schema: z.ZodType, httpPart: string | undefined): unknown {
  if (httpPart === "body") return bodyOf(given);
  forbidNul(given);
  return httpPart === "querystring" ? queryOf(given, schema) : given;
}

/** No text of PostgreSQL's can hold it, so nothing there goes by it. */
function forbidNul(given: unknown): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (String(value).includes("\0")) throw invalidField(name, "must not hold the character NUL.");
  }
}

/** A body that was not sent says nothing, so each field of it is missing and is named as such. */
function bodyOf(given: unknown): unknown {
  return given ?? {};
}

/** Only what is written as a number is one: `Number` reads "" as 0, "0x10" as 16. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;

function queryOf(given: unknown, schema: z.ZodType): unknown {
  const fields: Readonly<Record<string, unknown>> =
    schema instanceof z.ZodObject ? schema.shape : {};
  const parameters = Object.entries(given ?? {}).map(([name, value]) => {
    // A parameter given twice is a list to the parser, and nobody could say which of the two was meant.
    if (Array.isArray(value)) throw invalidField(name, "is given twice; give it once.");
    const isNumber = isNumberField(fields[name]);
    return [name, isNumber && !NUMBER.test(String(value)) ? Number.NaN : value] as const;
  });
  return Object.fromEntries(parameters);
}

function isNumberField(field: unknown): boolean {
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) {
    return isNumberField(field.unwrap());
  }
  return field instanceof z.ZodNumber;
}

/** What is wrong with the whole of a part has no field's name. */
function withPlace(refusal: AppError, httpPart: string | undefined): AppError {
  const { field, reason } = refusal.details;
  if (field !== "" || typeof reason !== "string") return refusal;
  return invalidField(httpPart === "body" ? "body" : "query", reason);
}
