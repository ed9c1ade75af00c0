/** What providers that are paid by the unit have in common: no tokens, no edits, streams that say nothing of usage. */
import { invalidField } from "../core/errors.ts";
import type { NanoUsd } from "../core/money.ts";
import { isQuantity, type Usage, usageOf } from "../core/usage.ts";
import type { AnswerFacts, Dialect, RequestFacts, Route } from "./dialect.ts";
import type { EventMeter } from "./event-meter.ts";
import { passStream } from "./pass-stream.ts";
import { sseSplitter } from "./split-events.ts";
import { type Problems, UsageNumbers } from "./usage-numbers.ts";

/** An id, a model's or an engine's name in a path: no slash, no percent escape, and never only dots. */
const PATH_WORD = "(?!\\.)[\\w.:-]+";

type RouteParts = Pick<Route, "operation"> & Partial<Omit<Route, "endpoint" | "pattern">>;

/**
 * A route whose pattern is its `endpoint`, in which `{engine}` stands for one word, and `{id}` for one that names what
 * was made through us. Left out: a metered POST.
 */
export function routeAt(endpoint: string, parts: RouteParts): Route {
  const words = endpoint.replace("{id}", `(?<id>${PATH_WORD})`).replace(/\{\w+\}/g, PATH_WORD);
  const pattern = new RegExp(`^${words}$`);
  return { method: "POST", kind: "metered", ...parts, pattern, endpoint };
}

/** A billion dollars in nano-dollars: more than any limit, and small enough to be counted. */
const COST_MOST = 1_000_000_000_000_000_000n;

/**
 * Facts of a request that has no tokens; `units` are the most that it can use. Throws `invalid_request` where it asks
 * for more than can be counted.
 */
export function unitFacts(request: {
  readonly model: string;
  readonly units: Usage;
  readonly streamed?: boolean;
  readonly soft?: boolean;
  readonly costMost?: NanoUsd;
}): RequestFacts {
  const { model, units, streamed = false, soft = false, costMost } = request;
  if (!Object.values(units).every(isQuantity) || (costMost ?? 0n) > COST_MOST) {
    throw invalidField("body", "asks for more than can be metered; name a lower limit.");
  }
  return {
    model,
    streamed,
    inputTokensBound: 0,
    inputTokensExpected: 0,
    soft,
    output: { kind: "none" },
    choices: 1,
    cutHurts: true,
    cacheWrite: "none",
    modalities: [],
    usageAsked: true,
    units: usageOf(units),
    ...(costMost === undefined ? {} : { costMost }),
  };
}

/** A whole number of units as the answer states it; undefined where it states none, or none that can be believed. */
export function statedUnits(from: unknown, key: string, problems: Problems): number | undefined {
  if (typeof from !== "object" || from === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...from };
  if (fields[key] === undefined || fields[key] === null) return undefined;
  const numbers = new UsageNumbers(problems);
  const units = numbers.total(fields, key);
  return numbers.broken ? undefined : units;
}

/** The parts of a dialect that are alike: requests pass as they came, and no answer is expected to stream. */
export const UNIT_PRICED: Pick<Dialect, "editRequest" | "mustAskUsage" | "readStream"> = {
  editRequest: (body) => body,
  mustAskUsage: () => false,
  readStream: (_route, { facts }) =>
    passStream({ splitter: sseSplitter(), meter: silentMeter(facts), keep: "all" }),
};

/** A stream that nobody asked for: passed on, and metered by what the request asked for. */
function silentMeter(facts: AnswerFacts | undefined): EventMeter {
  const reading = { usage: facts?.units ?? null, outputTokensCounted: 0, problems: [] };
  return { read: () => "pass", reading: () => reading };
}
