/** A call to a provider that is paid by the unit: its facts, its reading, and what it costs by the default prices. */
import { parseInstant } from "../../src/core/instant.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import type {
  AnswerFacts,
  Dialect,
  RequestFacts,
  Route,
  UsageReading,
} from "../../src/providers/dialect.ts";

const book = defaultPriceBook();
const NOW = parseInstant("2026-11-24T00:00:00Z", "at");

export function dialectNamed(provider: string): Dialect {
  const dialect = DIALECTS.find((one) => one.provider === provider);
  if (dialect === undefined) throw new Error(`no dialect for ${provider}`);
  return dialect;
}

/** Deferred routes too, which the gateway does not offer yet. */
export function anyRoute(provider: string, path: string, method = "POST"): Route {
  const route = dialectNamed(provider).routes.find(
    (one) => one.method === method && one.pattern.test(path),
  );
  if (route === undefined) throw new Error(`${provider} has no route ${method} ${path}`);
  return route;
}

export function factsOf(provider: string, path: string, json: unknown): RequestFacts {
  const route = anyRoute(provider, path);
  const query = new URLSearchParams();
  return dialectNamed(provider).readRequest({ route, path, query, json, bodyBytes: 100 });
}

/** Reads an answer with what its request asked for, as the gateway does; `asked` left out: without. */
export function readingOf(
  provider: string,
  path: string,
  answer: unknown,
  asked?: unknown,
): UsageReading {
  const facts: AnswerFacts | undefined =
    asked === undefined ? undefined : factsOf(provider, path, asked);
  return dialectNamed(provider).readUsage(anyRoute(provider, path), answer, facts);
}

/** In nano-dollars, by the price book's defaults; null where nothing was read, or no price is known. */
export function costOf(provider: string, model: string, reading: UsageReading): bigint | null {
  const { usage, statedCost } = reading;
  if (usage === null) return null;
  const row = book.find({ provider, model: reading.model ?? model, at: NOW });
  const stated = statedCost === undefined ? {} : { stated: statedCost };
  const charge = chargeFor({ usage, row, ...stated });
  if (charge.unpriced) return null;
  if (charge.lines.reduce((sum, line) => sum + line.cost, 0n) !== charge.cost) {
    throw new Error("the lines do not add up to the charge");
  }
  return charge.cost;
}
