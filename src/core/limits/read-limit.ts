/** Reads and writes a limit in its one written form, the same in a plan file and in JSON. */
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { decimalText, nanoUsd, parseUsd, usdText } from "../money.ts";
import { parse } from "../parse.ts";
import { normalizeProvider } from "../providers.ts";
import { METERS, type Meter } from "../usage.ts";
import { alertAtSchema } from "./alert-at.ts";
import { type Cap, type Limit, WINDOWS } from "./limit.ts";

/** Larger counts are typing mistakes; and sums of them must fit 64 bits. */
const LARGEST_COUNT = 1_000_000_000_000_000n;

/** A name without white space, and not `*`, which stands for all names in keys. */
const name = z
  .string()
  .regex(/^(?!\*$)\S{1,200}$/, "must be a name without spaces; leave it out to mean all.");

/** The written form of a limit, for plan files, stored plans, keys' budgets and the API. */
export const limitSchema = z.strictObject({
  meter: z.enum(METERS, { error: `must be one of ${METERS.join(", ")}.` }),
  provider: name.optional(),
  model: name.optional(),
  operation: name.optional(),
  per: z.enum(WINDOWS, { error: `must be one of ${WINDOWS.join(", ")}.` }).default("period"),
  max: z.union([z.number(), z.string()], {
    error: "must be a number (dollars for cost), or unlimited.",
  }),
  at_cap: z
    .enum(["deny", "allow"], { error: "must be deny (refuse) or allow (alert and go on)." })
    .default("deny"),
  alert_at: alertAtSchema.optional(),
});

export type LimitJson = z.output<typeof limitSchema>;

/** Refuses (`invalid_request`) what is not a limit, naming the field (after `at`, e.g. `limits[2]`) and the mend. */
export function readLimit(json: unknown, at = "limit"): Limit {
  const { meter, provider, model, operation, per, max, at_cap, alert_at } = parse(
    limitSchema,
    json,
    at,
  );
  return {
    meter,
    ...(provider === undefined ? {} : { provider: normalizeProvider(provider) }),
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
    per,
    cap: readCap(max, meter, `${at}.max`),
    atCap: at_cap,
    ...(alert_at === undefined ? {} : { alertAt: alert_at }),
  };
}

export function writeLimit(limit: Limit): LimitJson {
  return {
    meter: limit.meter,
    ...(limit.provider === undefined ? {} : { provider: limit.provider }),
    ...(limit.model === undefined ? {} : { model: limit.model }),
    ...(limit.operation === undefined ? {} : { operation: limit.operation }),
    per: limit.per,
    max: writeCap(limit.cap, limit.meter),
    at_cap: limit.atCap,
    ...(limit.alertAt === undefined ? {} : { alert_at: [...limit.alertAt] }),
  };
}

/** What a limit counts, as stable text: `calls openai * * period`. Its cap is not part of it. */
export function limitKey(limit: Omit<Limit, "cap" | "atCap" | "alertAt">): string {
  const { meter, provider = "*", model = "*", operation = "*", per } = limit;
  return `${meter} ${provider} ${model} ${operation} ${per}`;
}

/** `max` as it is written; throws `invalid_request` for that field. */
export function readCap(max: number | string, meter: Meter, field: string): Cap {
  const text = typeof max === "number" ? decimalText(max) : max.trim();
  if (text === "unlimited") return { kind: "unlimited" };
  if (meter === "cost") return { kind: "atMost", amount: parseUsd(text, field) };
  const amount = /^\d{1,16}$/.test(text) ? BigInt(text) : null;
  if (amount === null || amount > LARGEST_COUNT) {
    throw invalidField(field, "must be a whole number from 0 to 10^15, or unlimited.");
  }
  return { kind: "atMost", amount };
}

function writeCap(cap: Cap, meter: Meter): number | string {
  if (cap.kind === "unlimited") return "unlimited";
  return meter === "cost" ? usdText(nanoUsd(cap.amount)) : Number(cap.amount);
}
