/** Reads fields of parsed JSON whose shape nobody promised: what is not there, or of another kind, is undefined. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectIn(from: unknown, key: string): JsonObject | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return isObject(value) ? value : undefined;
}

/** An empty list where there is none. */
export function listIn(from: unknown, key: string): readonly unknown[] {
  const value = isObject(from) ? from[key] : undefined;
  return Array.isArray(value) ? value : [];
}

export function textIn(from: unknown, key: string): string | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The first of these spellings that the object has a value for; null counts as none. */
export function firstIn(from: unknown, keys: readonly string[]): unknown {
  if (!isObject(from)) return undefined;
  for (const key of keys) {
    const value = from[key];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
