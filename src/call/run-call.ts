/** One call to an AI provider, from its key to its bill, in eight steps. */
import { authenticate } from "./1-authenticate.ts";
import { estimate } from "./2-estimate.ts";
import { reserve } from "./3-reserve.ts";
import { forward } from "./4-forward.ts";
import { meter } from "./5-meter.ts";
import { price } from "./6-price.ts";
import { settle, unhold } from "./7-settle.ts";
import { notify } from "./8-notify.ts";
import type { CallOutcome, CallPorts, CallReply, CallRequest } from "./call.ts";
import { begunWork, defer } from "./later/defer.ts";

/**
 * Runs one call. What comes back to the client goes through `reply`, as it comes; its last bytes leave once the call
 * is settled. A refusal is a value and has sent nothing; what is broken is thrown as an AppError.
 */
export async function runCall(
  request: CallRequest,
  reply: CallReply,
  ports: CallPorts,
): Promise<CallOutcome> {
  const caller = await authenticate(request, ports);
  const estimated = await estimate({ request, caller }, ports);
  const id = ports.newCallId();
  const reserved = await reserve({ id, caller, request, estimated }, ports);
  if (!reserved.ok) {
    return { kind: "refused", id, denial: reserved.denial, model: estimated.facts.model };
  }

  const reservation = reserved.held;
  const answer = await forward({ request, reservation, estimated, reply }, ports);
  if (answer.ended === "unreachable") return unhold({ reservation, request, answer }, ports);
  const work = begunWork({ request, estimated, answer });
  if (work !== null) return defer({ work, request, reservation, estimated, answer }, ports);

  const metered = meter({ answer, estimated });
  const charge = price(
    {
      metered,
      provider: request.dialect.provider,
      modelAsked: estimated.facts.model,
      at: reservation.at,
    },
    ports,
  );
  const event = await settle({ reservation, request, answer, metered, charge }, ports);
  answer.deliver({ charge });
  notify({ event, provider: request.dialect.provider, reading: answer.reading, charge }, ports);
  return { kind: "answered", id, event };
}
