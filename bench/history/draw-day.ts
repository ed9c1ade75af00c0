/** Draws the calls of one customer on one day: when, by which model, how much, how long, and whether it went well. */
import { type CustomerId, type KeyId, newCallId } from "../../src/core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import { usagePeriodAt } from "../../src/core/periods/usage-period.ts";
import type { Chance } from "../../test/simulation/chance.ts";
import type { HistoryCustomer, ModelHabit } from "./customers.ts";

/** A customer as they are in the database. */
export interface KnownCustomer {
  readonly drawn: HistoryCustomer;
  readonly id: CustomerId;
  readonly usageAnchor: Instant;
  readonly keyIds: readonly KeyId[];
}

/** A row of `events`, but for its number. */
export interface HistoryEvent {
  readonly id: string;
  readonly customerId: CustomerId;
  readonly keyId: KeyId;
  readonly at: Instant;
  readonly periodStart: Instant;
  readonly habit: ModelHabit;
  readonly statusCode: number;
  readonly input: number;
  readonly output: number;
  readonly cost: number;
  readonly lines: string;
  readonly latencyMs: number;
  readonly retries: number;
}

/** Hours of the day by how busy they are. */
const HOURS = Array.from({ length: 24 }, (_, hour) => {
  return [hour, hour >= 8 && hour < 19 ? 10 : 2] as const;
});
const FAILED_PERCENT = 2;

/** In the order of time; none before the customer was there. */
export function drawDay(
  chance: Chance,
  { drawn, id, usageAnchor, keyIds }: KnownCustomer,
  of: { readonly day: Instant; readonly count: number },
): HistoryEvent[] {
  const events = Array.from({ length: of.count }, () => {
    const within = chance.weigh(HOURS) * HOUR_MS + chance.below(HOUR_MS);
    const at = instant(Math.max(of.day + (within % DAY_MS), drawn.createdAt));
    const habit = chance.weigh(drawn.models);
    const call = drawCall(chance, habit);
    return {
      id: newCallId(at, randomBytes(chance)),
      customerId: id,
      keyId: chance.pick(keyIds),
      at,
      periodStart: usagePeriodAt(usageAnchor, at).start,
      habit,
      ...call,
    };
  });
  return events.sort((one, other) => one.at - other.at);
}

/** A call that the provider refused has used nothing. */
function drawCall(chance: Chance, habit: ModelHabit) {
  const retries = chance.percent(1) ? 1 : 0;
  if (chance.percent(FAILED_PERCENT)) {
    const latencyMs = chance.between(20, 2_000);
    return {
      statusCode: chance.pick([400, 429, 500]),
      input: 0,
      output: 0,
      cost: 0,
      lines: "[]",
      latencyMs,
      retries,
    };
  }
  const input = around(chance, habit.inputTokens);
  const output = around(chance, habit.outputTokens);
  const inputCost = input * habit.inputRate;
  const outputCost = output * habit.outputRate;
  const line = (bucket: string, quantity: number, rate: number): string =>
    `{"bucket":"${bucket}","quantity":${quantity},"unit_cost":${rate / 1e9},"cost":${(quantity * rate) / 1e9},"price_id":"generated:${habit.model}"}`;
  return {
    statusCode: 200,
    input,
    output,
    cost: inputCost + outputCost,
    lines: `[${line("input", input, habit.inputRate)},${line("output", output, habit.outputRate)}]`,
    latencyMs: Math.round(around(chance, habit.startMs) + output * habit.tokenMs),
    retries,
  };
}

/** Mostly less than `usual`, now and then much more. */
function around(chance: Chance, usual: number): number {
  const spread = 2 ** (chance.between(-20, 20) / 10);
  return Math.max(1, Math.round((usual * spread * chance.between(50, 150)) / 100));
}

function randomBytes(chance: Chance): Uint8Array {
  return Uint8Array.from({ length: 16 }, () => chance.below(256));
}
