/** Usage told after the fact: counted once by each id, never refused for a limit. */
import type { Customer } from "../../access/customers.ts";
import { factsTold } from "../../call/hold.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import type { KeyId } from "../../core/ids.ts";
import { type Instant, MINUTE_MS, parseInstant } from "../../core/instant.ts";
import { parse } from "../../core/parse.ts";
import type { RecordEvent, Recorded } from "../../ledger/ledger.ts";
import { isOfLeftEvent } from "../../ledger/rules/left-event.ts";
import type { Api } from "../api.ts";
import { eventIn } from "../contract/calls.ts";
import { recordEvents } from "../contract/endpoints/calls.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectToCharge } from "../subject.ts";
import { readTold, scopeTold } from "../told-usage.ts";
import { principalOf } from "../who-asks.ts";

/** Clocks differ; a time further ahead than this is a mistake. */
const AHEAD_MS_MAX = 5 * MINUTE_MS;

export function eventRoutes(app: Api, ports: ApiPorts): void {
  serve(app, recordEvents, async ({ params, body, request }) => {
    const customer = await subjectToCharge(request, ports, params.user_id);
    const { keyId } = principalOf(request);
    const { operations, rejected } = readEvents(body.events, { customer, keyId }, ports);
    const answers = await Promise.all(operations.map((each) => recordOnce(each, ports)));
    const fresh = answers.flatMap((answer) => (answer?.duplicate === false ? [answer] : []));
    for (const { event } of fresh) ports.settled(event);
    return { recorded: fresh.length, duplicates: answers.length - fresh.length, rejected };
  });
}

/** null: it was counted before, in a month that was detached since. */
async function recordOnce(
  operation: RecordEvent,
  { ledger }: Pick<ApiPorts, "ledger">,
): Promise<Recorded | null> {
  try {
    return await ledger.record(operation);
  } catch (cause) {
    if (isOfLeftEvent(cause)) return null;
    throw cause;
  }
}

interface Rejected {
  readonly id: string | null;
  readonly index: number;
  readonly error: string;
}

type Teller = { readonly customer: Customer; readonly keyId: KeyId | undefined };

/** Each event stands for itself: a mistake in one refuses that one only. */
function readEvents(
  events: readonly unknown[],
  teller: Teller,
  ports: ApiPorts,
): { operations: RecordEvent[]; rejected: Rejected[] } {
  const operations: RecordEvent[] = [];
  const rejected: Rejected[] = [];
  for (const [index, json] of events.entries()) {
    try {
      operations.push(readEvent(json, teller, ports));
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      rejected.push({ id: idOf(json), index, error: cause.message });
    }
  }
  return { operations, rejected };
}

function readEvent(json: unknown, teller: Teller, ports: ApiPorts): RecordEvent {
  const event = parse(eventIn, json, "");
  const now = ports.clock.now();
  const timestamp = event.timestamp === undefined ? null : readTimestamp(event.timestamp, now);
  const scope = scopeTold(event, ports);
  const told = readTold(event, scope, ports);
  return {
    kind: "record",
    id: ports.newCallId(),
    payer: {
      customerId: teller.customer.id,
      ...(teller.keyId === undefined ? {} : { keyId: teller.keyId }),
    },
    sourceId: event.id,
    scope,
    endpoint: scope.operation,
    source: "event",
    streamed: false,
    ...(timestamp === null ? {} : { timestamp }),
    facts: factsTold({ scope, at: timestamp ?? now, told }, ports),
  };
}

function readTimestamp(text: string, now: Instant): Instant {
  const at = parseInstant(text, "timestamp");
  if (at > now + AHEAD_MS_MAX) {
    throw invalidField("timestamp", "lies more than five minutes ahead.");
  }
  return at;
}

function idOf(json: unknown): string | null {
  const named = typeof json === "object" && json !== null && "id" in json ? json.id : null;
  return typeof named === "string" ? named : null;
}
