/** Writes a call's usage event and frees its hold, durably, before the answer's last bytes leave. */
import type { Charge } from "../core/pricing/price.ts";
import { amountsOf } from "../core/usage.ts";
import type { EventFacts, Settle, UsageEvent } from "../ledger/ledger.ts";
import type {
  CallOutcome,
  CallPorts,
  CallRequest,
  Metered,
  ProviderAnswer,
  Reservation,
} from "./call.ts";
import { chargeFacts } from "./charge-lines.ts";
import { untilDurable } from "./until-durable.ts";

/** The event, or null where the ledger was away for 5 s; it is then settled later, until the hold's deadline. */
export async function settle(
  call: {
    reservation: Reservation;
    request: CallRequest;
    answer: ProviderAnswer;
    metered: Metered;
    charge: Charge;
  },
  ports: CallPorts,
): Promise<UsageEvent | null> {
  const operation: Settle = {
    kind: "settle",
    id: call.reservation.id,
    source: call.request.source,
    facts: factsOf(call),
    ...objectsOf(call),
    onlyExternal: false,
  };
  const settled = await untilDurable(
    {
      write: () => ports.ledger.settle(operation),
      until: call.reservation.expiresAt,
      during: "settling a call",
    },
    ports,
  );
  if (settled === null || settled.kind === "settled") return settled?.event ?? null;
  ports.fault(new Error(`The ledger answered ${settled.kind} to a settle.`), "settling a call");
  return null;
}

/** Nothing reached the provider, so nothing can have been used: the hold is released and no event written. */
export async function unhold(
  call: { reservation: Reservation; request: CallRequest; answer: ProviderAnswer },
  ports: CallPorts,
): Promise<CallOutcome> {
  const { reservation, request, answer } = call;
  try {
    await ports.ledger.release({
      kind: "release",
      id: reservation.id,
      reason: "never sent",
      onlyExternal: false,
    });
  } catch (cause) {
    // The hold then ends at its deadline; the customer is told of the provider all the same.
    ports.fault(cause, "releasing a hold");
  }
  return {
    kind: "unsent",
    id: reservation.id,
    code: answer.failure?.code ?? "provider_failed",
    message:
      answer.failure?.message ??
      `${request.dialect.title} could not be reached, so the call was not made and nothing was charged.`,
  };
}

/** What is named in a later request brings with it all that was said until then. */
function objectsOf(call: { answer: ProviderAnswer; metered: Metered }): Pick<Settle, "objects"> {
  const { made = [] } = call.answer;
  if (made.length === 0) return {};
  const tokens = Number(amountsOf({ ...call.metered, cost: 0n }).tokens);
  return { objects: made.map((object) => ({ ...object, tokens })) };
}

function factsOf(call: {
  request: CallRequest;
  answer: ProviderAnswer;
  metered: Metered;
  charge: Charge;
}): EventFacts {
  const { answer, metered, charge } = call;
  const { tags } = call.request;
  return {
    usage: metered.usage,
    ...chargeFacts(charge),
    calls: metered.calls,
    model: metered.model,
    statusCode: metered.statusCode,
    latencyMs: answer.latencyMs,
    ...(answer.firstTokenMs === undefined ? {} : { firstTokenMs: answer.firstTokenMs }),
    retryCount: answer.retryCount,
    estimated: metered.estimated,
    ...(metered.errorMessage === undefined ? {} : { errorMessage: metered.errorMessage }),
    ...(tags === undefined ? {} : { tags }),
  };
}
