/** Draws who pays, for what, and what an application says that it used. */
import type { ToldUsage } from "../../src/call/hold.ts";
import type { CallScope } from "../../src/core/limits/limit.ts";
import { usageOf } from "../../src/core/usage.ts";
import type { Payer } from "../../src/ledger/ledger.ts";
import type { Chance } from "./chance.ts";
import { drawKey } from "./client-call.ts";
import { MODELS, PROVIDERS, type World } from "./world.ts";

export function drawPayer(chance: Chance, world: World): Payer {
  const customerId = chance.pick(world.customers);
  const keyId = drawKey(chance, customerId);
  return { customerId, ...(keyId === null ? {} : { keyId }) };
}

export function drawScope(chance: Chance): CallScope {
  const provider = chance.pick(PROVIDERS);
  const operation = provider === "openai" ? "chat" : "messages";
  return { provider, model: chance.pick(MODELS[provider]), operation };
}

/** What an application says of its own call. */
export function drawTold(chance: Chance, scope: CallScope): ToldUsage {
  const isRefused = chance.percent(8);
  const usage = isRefused
    ? {}
    : usageOf({ input: chance.below(500), output: chance.below(chance.percent(10) ? 9_000 : 900) });
  return {
    usage,
    model: scope.model,
    statusCode: isRefused
      ? 429
      : chance.weigh([
          [200, 9],
          [500, 1],
        ]),
    latencyMs: chance.below(3_000),
    estimated: false,
  };
}
