/** Reads a newer catalogue: the JSON file that genai-prices publishes. */
import type { ConditionalPrice, MatchLogic, ModelInfo } from "@pydantic/genai-prices";
import { z } from "zod";
import { invalidField } from "../core/errors.ts";
import { parse } from "../core/parse.ts";
import type { CatalogueProvider } from "./catalogue.ts";

const text = z.string().max(10_000);
const match: z.ZodType<MatchLogic> = z.lazy(() =>
  z.union([
    z.strictObject({ or: z.array(match).min(1).max(1_000) }),
    z.strictObject({ and: z.array(match).min(1).max(1_000) }),
    z.strictObject({ equals: text }),
    z.strictObject({ starts_with: text }),
    z.strictObject({ ends_with: text }),
    z.strictObject({ contains: text }),
    z.strictObject({ regex: text.refine(isPattern, "must be a regular expression.") }),
  ]),
);

const amount = z.number().min(0).max(1e9);
const prices = z.record(
  text,
  z.union([
    amount,
    z.object({
      base: amount,
      tiers: z.array(z.object({ start: z.number().int().min(0).max(1e12), price: amount })).max(20),
    }),
  ]),
);
const time = z.string().regex(/^\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/);
/** Strict: a condition that we do not know would put a price in force where it is not. */
const conditional = z.strictObject({
  constraint: z
    .union([
      z.strictObject({
        type: z.literal("start_date").optional(),
        start_date: z.iso.date(),
      }),
      z.strictObject({
        type: z.literal("time_of_date").optional(),
        start_time: time,
        end_time: time,
      }),
    ])
    .optional(),
  prices,
});
const model = z.object({
  id: z.string().regex(/^\S{1,200}$/),
  match,
  description: z.string().optional(),
  prices: z.union([prices, z.array(z.unknown()).min(1).max(1_000)]),
});
const provider = z.object({ id: text, models: z.array(z.unknown()).max(10_000) });
const file = z.union([
  z.array(provider).min(1).max(1_000),
  z.object({ providers: z.array(provider).min(1).max(1_000) }),
]);

export interface CatalogueFile {
  readonly providers: readonly CatalogueProvider[];
  /** `provider model` of what could not be read, and so keeps the price that it has. */
  readonly skipped: readonly string[];
}

/**
 * `json` is the parsed file. Refuses (`invalid_request`) what is no catalogue; a model that is written in a way we do not
 * know (a later format of the file) is skipped and named, never half read.
 */
export function readCatalogueFile(json: unknown): CatalogueFile {
  const read = file.safeParse(json);
  if (!read.success) {
    throw invalidField(
      "catalogue",
      "is not genai-prices' list of providers; take prices/data.json of that project.",
    );
  }
  const listed = Array.isArray(read.data) ? read.data : read.data.providers;
  const skipped: string[] = [];
  const providers = listed.map(({ id, models }) => ({
    id,
    models: models.flatMap((each) => {
      const info = modelOf(each);
      if (info === null) skipped.push(`${id} ${nameOf(each)}`);
      return info ?? [];
    }),
  }));
  return { providers, skipped };
}

function modelOf(json: unknown): ModelInfo | null {
  const read = model.safeParse(json);
  if (!read.success) return null;
  const { prices: given, description, ...rest } = read.data;
  const listed = Array.isArray(given) ? z.array(conditional).safeParse(given) : null;
  if (listed !== null && !listed.success) return null;
  const inForce = listed === null ? parse(prices, given, "prices") : listed.data.map(conditionOf);
  return { ...rest, ...(description === undefined ? {} : { description }), prices: inForce };
}

/** The file leaves out what kind of condition it is; its fields say so. */
function conditionOf({
  constraint,
  prices: inForce,
}: z.output<typeof conditional>): ConditionalPrice {
  if (constraint === undefined) return { prices: inForce };
  if ("start_date" in constraint) {
    const { start_date } = constraint;
    return { constraint: { type: "start_date", start_date }, prices: inForce };
  }
  const { start_time, end_time } = constraint;
  return { constraint: { type: "time_of_date", start_time, end_time }, prices: inForce };
}

function nameOf(json: unknown): string {
  return typeof json === "object" && json !== null && "id" in json ? String(json.id) : "?";
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
