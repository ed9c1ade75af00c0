/** Writes a call's usage event and frees its hold, durably, before the answer's last bytes leave. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Charge } from "../core/pricing/price.ts";
import { statedCostProblem } from "../core/pricing/stated-cost.ts";
import type { EventFacts, Settle, UsageEvent } from "../ledger/ledger.ts";
import type {
  CallOutcome,
  CallPorts,
  CallRequest,
  Metered,
  ProviderAnswer,
  Reservation,
} from "./call.ts";
import { chargeLinesText } from "./charge-lines.ts";

/** If the ledger is away this long, the client gets its answer and settling goes on behind it. */
const CLIENT_WAITS_MS = 5_000;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 5_000;

/** The event, or null where the ledger was away for 5 s; it is then settled later, until the hold's deadline. */
export function settle(
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
    onlyExternal: false,
  };
  return firstWithin(settleUntil(operation, call.reservation, ports), CLIENT_WAITS_MS);
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

async function settleUntil(
  operation: Settle,
  reservation: Reservation,
  ports: CallPorts,
): Promise<UsageEvent | null> {
  for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_MOST_MS)) {
    try {
      const answer = await ports.ledger.settle(operation);
      if (answer.kind === "settled") return answer.event;
      ports.fault(new Error(`The ledger answered ${answer.kind} to a settle.`), "settling a call");
      return null;
    } catch (cause) {
      ports.fault(cause, "settling a call");
      // Past its deadline the hold has become an event at expected usage; the ledger would only correct that.
      if (ports.clock.now() > reservation.expiresAt) return null;
      await sleep(waitMs, undefined, { ref: false });
    }
  }
}

async function firstWithin<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a log says besides the numbers: how the call went wrong, what was odd, a stated cost that differs from ours. */
export function wordsOf(
  told: { readonly errorMessage?: string },
  charge: Charge,
): Pick<EventFacts, "errorMessage"> {
  const words = [told.errorMessage ?? "", statedCostProblem(charge) ?? ""].join(" ").trim();
  return words === "" ? {} : { errorMessage: words };
}

function factsOf(call: { answer: ProviderAnswer; metered: Metered; charge: Charge }): EventFacts {
  const { answer, metered, charge } = call;
  return {
    usage: metered.usage,
    cost: charge.cost,
    lines: chargeLinesText(charge),
    ...(charge.stated === undefined ? {} : { statedCost: charge.stated }),
    calls: metered.calls,
    model: metered.model,
    statusCode: metered.statusCode,
    latencyMs: answer.latencyMs,
    ...(answer.firstTokenMs === undefined ? {} : { firstTokenMs: answer.firstTokenMs }),
    retryCount: answer.retryCount,
    estimated: metered.estimated,
    unpriced: charge.unpriced,
    ...wordsOf(metered, charge),
  };
}
