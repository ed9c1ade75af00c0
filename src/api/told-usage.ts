/** Reads what an application tells of a call: its usage in buckets, or the provider's own JSON. */
import type { ToldUsage } from "../call/hold.ts";
import { invalidField } from "../core/errors.ts";
import type { CallScope } from "../core/limits/limit.ts";
import { parseUsd } from "../core/money.ts";
import { normalizeProvider } from "../core/providers.ts";
import { type Bucket, usageOf } from "../core/usage.ts";
import type { ApiPorts, Dialect } from "./ports.ts";

/** The fields that a settle and an event after the fact share. */
export interface Told {
  readonly usage?: Partial<Record<Bucket, number>> | undefined;
  readonly response?: unknown;
  readonly cost_usd?: number | string | undefined;
  readonly status_code?: number | undefined;
  readonly latency_ms?: number | undefined;
  readonly tags?: Record<string, string> | undefined;
}

const STATUS_OK = 200;

/** Provider, model and operation in the one spelling of each; an operation left out is the provider's main one. */
export function scopeTold(
  told: { provider: string; model: string; operation?: string | undefined },
  ports: Pick<ApiPorts, "dialects">,
): CallScope {
  const provider = normalizeProvider(told.provider);
  const main = dialectOf(provider, ports)?.routes.find(({ kind }) => kind === "metered");
  return { provider, model: told.model, operation: told.operation ?? main?.operation ?? "call" };
}

/** Throws `invalid_request`, naming the field, where nothing says what was used. */
export function readTold(
  told: Told,
  scope: CallScope,
  ports: Pick<ApiPorts, "dialects">,
): ToldUsage {
  const statusCode = told.status_code ?? STATUS_OK;
  return {
    ...usageTold(told, scope, statusCode, ports),
    ...(told.cost_usd === undefined ? {} : { statedCost: parseUsd(told.cost_usd, "cost_usd") }),
    statusCode,
    latencyMs: told.latency_ms ?? 0,
    estimated: false,
    ...(told.tags === undefined ? {} : { tags: told.tags }),
  };
}

function usageTold(
  told: Told,
  scope: CallScope,
  statusCode: number,
  ports: Pick<ApiPorts, "dialects">,
): Pick<ToldUsage, "usage" | "model" | "tier" | "statedCost"> {
  if (told.usage !== undefined && told.response !== undefined) {
    throw invalidField("response", "give either usage or response, not both.");
  }
  if (told.response !== undefined) return usageOfResponse(told.response, scope, ports);
  if (told.usage !== undefined) return { usage: usageOf(told.usage), model: scope.model };
  // A call that failed, or one whose cost is all that is known, may have no usage.
  if (statusCode >= 400 || told.cost_usd !== undefined) return { usage: {}, model: scope.model };
  throw invalidField("usage", "say what was used, in buckets, or give the provider's response.");
}

function usageOfResponse(
  response: unknown,
  scope: CallScope,
  ports: Pick<ApiPorts, "dialects">,
): Pick<ToldUsage, "usage" | "model" | "tier" | "statedCost"> {
  const dialect = dialectOf(scope.provider, ports);
  if (dialect === null) {
    throw invalidField("response", `answers of ${scope.provider} cannot be read here; give usage.`);
  }
  const metered = dialect.routes.filter(({ kind }) => kind === "metered");
  const route = metered.find(({ operation }) => operation === scope.operation);
  if (route === undefined) {
    const known = [...new Set(metered.map(({ operation }) => operation))].join(", ");
    throw invalidField("operation", `must be one of ${known} where a response is given.`);
  }
  const reading = dialect.readUsage(route, response);
  if (reading.usage === null) {
    throw invalidField("response", "holds no usage that can be believed; give usage.");
  }
  return {
    usage: reading.usage,
    model: reading.model ?? scope.model,
    ...(reading.tier === undefined ? {} : { tier: reading.tier }),
    ...(reading.statedCost === undefined ? {} : { statedCost: reading.statedCost }),
  };
}

function dialectOf(provider: string, ports: Pick<ApiPorts, "dialects">): Dialect | null {
  return ports.dialects.find((dialect) => dialect.provider === provider) ?? null;
}
