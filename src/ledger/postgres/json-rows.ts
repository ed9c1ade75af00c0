/** Rows as PostgreSQL's functions give them in JSON, and texts as PostgreSQL can keep them. */
import type { SqlRow } from "../read-rows.ts";

export type JsonRow = Readonly<Record<string, unknown>>;

/** These may pass 2^53, so they travel as text. */
const LARGE = new Set(["cost", "stated_cost", "cost_delta", "used", "held", "quota", "cap"]);

/** Whole numbers become bigint, as every other row of ours has them. `held` of a hold is JSON and stays text. */
export function sqlRow(row: JsonRow): SqlRow {
  const made: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    const isNumber =
      typeof value === "number" ||
      (typeof value === "string" && LARGE.has(column) && WHOLE.test(value));
    made[column] = isNumber ? BigInt(value) : value;
  }
  return made;
}

const WHOLE = /^-?\d+$/;

/**
 * A batch's JSON with every text as PostgreSQL can keep it: it has no NUL, and no half of a character pair. Such texts come
 * from a caller's tags or a provider's error; losing the event for one is no choice.
 */
export function parseStorable<Value>(json: string): Value {
  if (!UNSTORABLE.test(json)) return JSON.parse(json) as Value;
  return JSON.parse(json, (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", "\uFFFD").toWellFormed() : value,
  ) as Value;
}

const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;
