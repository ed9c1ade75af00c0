/** Prices what was used by the rows in force at the call's own instant. */

import type { Instant } from "../core/instant.ts";
import { chargeFor } from "../core/pricing/charge-for.ts";
import type { Charge } from "../core/pricing/price.ts";
import type { CallPorts, Metered } from "./call.ts";

/** The model that answered is priced; where the book does not know its name, the one that was asked for. */
export function price(
  call: { metered: Metered; provider: string; modelAsked: string; at: Instant },
  ports: Pick<CallPorts, "prices">,
): Charge {
  const { metered, provider, modelAsked, at } = call;
  const tier = metered.tier === undefined ? {} : { tier: metered.tier };
  const row = ports.prices.find({
    provider,
    model: metered.model,
    orModel: modelAsked,
    at,
    ...tier,
  });
  return chargeFor({
    usage: metered.usage,
    row,
    ...(metered.statedCost === undefined ? {} : { stated: metered.statedCost }),
  });
}
