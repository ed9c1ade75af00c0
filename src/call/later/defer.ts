/** Lets a call's hold wait for a provider that answers later; a job asks for that answer and settles it. */
import { HOUR_MS } from "../../core/instant.ts";
import type { NewObject } from "../../ledger/ledger.ts";
import type { LaterWork } from "../../providers/dialect.ts";
import type {
  CallOutcome,
  CallPorts,
  CallRequest,
  Estimate,
  ProviderAnswer,
  Reservation,
} from "../call.ts";
import { untilDurable } from "../until-durable.ts";
import { packAsked } from "./asked-work.ts";

/** The hold outlives the provider's own time by this, so that its last word is heard first. */
const HOLD_MARGIN_MS = 2 * HOUR_MS;
const FIRST_ASK_MS = 2_000;

export interface BegunWork {
  readonly later: LaterWork;
  readonly object: NewObject;
}

/** The work that the provider has begun and says nothing of yet; null: this answer is all that comes. */
export function begunWork(call: {
  request: CallRequest;
  estimated: Estimate;
  answer: ProviderAnswer;
}): BegunWork | null {
  const { request, estimated, answer } = call;
  const { dialect, route } = request;
  if (route.deferred !== "starts" && estimated.facts.answersLater !== true) return null;
  const isBegun = answer.ended === "whole" && answer.status >= 200 && answer.status < 300;
  const saysUsage = answer.reading !== null && answer.reading.usage !== null;
  const object = answer.made?.[0];
  const later = dialect.later?.(route) ?? null;
  if (!isBegun || saysUsage || object === undefined || later === null) return null;
  return { later, object };
}

/** Durable before the client has its answer, as a settle is: whose work it is, and that it is to be asked for. */
export async function defer(
  call: {
    work: BegunWork;
    request: CallRequest;
    reservation: Reservation;
    estimated: Estimate;
    answer: ProviderAnswer;
  },
  ports: CallPorts,
): Promise<CallOutcome> {
  const { work, request, reservation, estimated, answer } = call;
  const { facts, expected } = estimated;
  const operation = {
    kind: "defer",
    id: reservation.id,
    ttlMs: work.later.withinMs + HOLD_MARGIN_MS,
    object: work.object,
    asked: packAsked({
      path: request.path,
      model: facts.model,
      facts: {
        model: facts.model,
        cacheWrite: facts.cacheWrite,
        choices: facts.choices,
        ...(facts.units === undefined ? {} : { units: facts.units }),
      },
      at: reservation.at,
      expected: expected.usage,
      latencyMs: answer.latencyMs,
      retryCount: answer.retryCount,
      ...(request.tags === undefined ? {} : { tags: request.tags }),
    }),
    askAfterMs: FIRST_ASK_MS,
  } as const;
  await untilDurable(
    {
      write: () => ports.ledger.defer(operation),
      until: reservation.expiresAt,
      during: "deferring a call",
    },
    ports,
  );
  answer.deliver({ charge: null });
  return { kind: "answered", id: reservation.id, event: null };
}
