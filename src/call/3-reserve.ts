/** Holds the most a call could use against every limit that covers it, before it is sent. */
import { AppError } from "../core/errors.ts";
import type { CallId } from "../core/ids.ts";
import { MINUTE_MS } from "../core/instant.ts";
import type { OutputHold } from "../core/limits/output-hold.ts";
import type { Reserve } from "../ledger/ledger.ts";
import { isOfLeftEvent } from "../ledger/rules/left-event.ts";
import { UNMETERED } from "../providers/opened-paths.ts";
import type { Caller, CallPorts, CallRequest, Estimate, Reservation, Reserved } from "./call.ts";

/** A hold outlives its call's own deadline by this, so that no sweeper ends a call that still runs. */
const HOLD_MARGIN_MS = 2 * MINUTE_MS;

/** A refusal is a value. Throws `enforcement_unavailable` where the limits cannot be read: what is unknown is denied. */
export async function reserve(
  call: { id: CallId; caller: Caller; request: CallRequest; estimated: Estimate },
  ports: CallPorts,
): Promise<Reserved> {
  const { id, caller, request, estimated } = call;
  const callMs = ports.upstream(request.dialect.provider)?.deadlines.callMs ?? 0;
  return hold(
    {
      kind: "reserve",
      id,
      payer: caller.payer,
      scope: {
        provider: request.dialect.provider,
        model: estimated.facts.model,
        operation: request.route.operation,
      },
      most: estimated.most,
      output: outputHold(estimated),
      expected: estimated.expected,
      priced: estimated.price !== null || request.route.operation === UNMETERED,
      endpoint: request.route.endpoint,
      streamed: estimated.facts.streamed,
      ttlMs: callMs + HOLD_MARGIN_MS,
      owner: "node",
    },
    ports,
  );
}

/** Asks the ledger; the one place where a granted hold becomes the proof that lets a call be sent. */
export async function hold(
  operation: Reserve,
  ports: Pick<CallPorts, "ledger">,
): Promise<Reserved> {
  let answer: Awaited<ReturnType<CallPorts["ledger"]["reserve"]>>;
  try {
    answer = await ports.ledger.reserve(operation);
  } catch (cause) {
    // The caller's mistake, and no fault of ours: trying again helps nobody.
    if (isOfLeftEvent(cause)) throw cause;
    throw new AppError(
      "enforcement_unavailable",
      "Limits cannot be checked at the moment, so the call was not made. Try again shortly.",
      {},
      { cause },
    );
  }
  if (answer.kind === "denied") return { ok: false, denial: answer };
  return { ok: true, held: answer as Reservation };
}

/** A limit that the request named is not lowered where a cut answer would be worthless. */
export function outputHold(estimated: Estimate): OutputHold {
  const { facts, outputTokens, outputRate } = estimated;
  if (facts.output.kind === "none" || outputTokens === null) return { kind: "none" };
  return {
    kind: facts.output.kind,
    tokens: outputTokens,
    rate: outputRate,
    mayCap: facts.output.kind === "unnamed" || !facts.cutHurts,
  };
}
