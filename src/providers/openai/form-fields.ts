/** Reads fields that a form sends as text and JSON as numbers or booleans. */
import { invalidField } from "../../core/errors.ts";
import type { JsonObject } from "../read-json.ts";

/** As text; undefined where it is absent, null or no plain value. */
export function textField(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** A positive whole number, undefined where it is absent or empty. Throws `invalid_request` for any other. */
export function numberField(body: JsonObject, name: string): number | undefined {
  const value = body[name] ?? "";
  if (value === "") return undefined;
  const text = textField(body, name) ?? "";
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalidField(name, "must be a positive whole number.");
}
