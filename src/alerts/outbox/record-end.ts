/** Writes what became of an attempt: sent, to be tried again, given up, or not wanted any more. */
import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "../../core/alerts/back-off.ts";
import { DAY_MS, type Instant, instant } from "../../core/instant.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { Statement } from "../../store/store.ts";
import type { Attempt, Target } from "../message.ts";
import type { OutboxPorts } from "./ports.ts";
import type { Delivery } from "./read-heads.ts";

export interface Ended {
  readonly delivery: Delivery;
  readonly attempt: Attempt;
  readonly target: Target;
  readonly told: { readonly channel: string; readonly alertId: number | null };
}

type Failed = Extract<Attempt, { kind: "failed" }>;

const REASON_CHARS_MOST = 500;
/** The event of which no further one is made: a receiver that is gone would be told of for ever. */
const DEAD_LETTER = "operator.dead_letter";

/** Tries for a while where the database is away: what was sent must not be sent again for want of a note. */
export function recordEnd(ports: OutboxPorts, ended: Ended, signal: AbortSignal): Promise<void> {
  return persist(signal, async () => {
    const { attempt, target } = ended;
    if (attempt.kind === "sent") {
      await ports.store.write(sentStatements(ports, ended, attempt));
      ports.counted({ kind: target.kind, outcome: "sent" });
      return;
    }
    const outcome = await recordFailure(ports, ended, attempt);
    ports.counted({ kind: target.kind, outcome });
  });
}

/** Its receiver is gone, or does not want it any more. */
export async function recordDrop(ports: OutboxPorts, delivery: Delivery): Promise<void> {
  const ended = { state: "dropped" as const, ended_at: ports.clock.now() };
  await ports.store.write([pending(ports, delivery).set(ended)]);
  const kind = delivery.channel_id === null ? "email" : "webhook";
  ports.counted({ kind, outcome: "dropped" });
}

function sentStatements(
  ports: OutboxPorts,
  { delivery, told }: Ended,
  { status }: { readonly status?: number },
): Statement[] {
  const now = ports.clock.now();
  const sent = pending(ports, delivery).set({
    state: "sent",
    attempts: delivery.attempts + 1n,
    last_error: null,
    last_status: status ?? null,
    ended_at: now,
  });
  if (told.alertId === null) return [sent];
  const alert = ports.store.db
    .updateTable("alerts")
    .set({ sent_at: now })
    .where("id", "=", BigInt(told.alertId))
    .where("sent_at", "is", null);
  return [sent, alert];
}

/** Who has meanwhile been erased or sent by another node stays as they are. */
function pending({ store }: OutboxPorts, { id }: Delivery) {
  return store.db.updateTable("deliveries").where("id", "=", id).where("state", "=", "pending");
}

async function recordFailure(
  ports: OutboxPorts,
  ended: Ended,
  failed: Failed,
): Promise<"failed" | "dead"> {
  const { delivery } = ended;
  const now = ports.clock.now();
  const attempts = Number(delivery.attempts) + 1;
  const { retryAfterMs } = failed;
  const pause =
    failed.isFinal === true
      ? null
      : pauseAfter(attempts, {
          chance: Math.random(),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        });
  const noted = {
    attempts,
    last_error: failed.reason.slice(0, REASON_CHARS_MOST),
    last_status: failed.status ?? null,
  };
  if (pause !== null) {
    await ports.store.write([
      pending(ports, delivery).set({ ...noted, due_at: instant(now + pause) }),
    ]);
    return "failed";
  }
  // First: if we are killed in between, the attempt is made again, and the operator is told once all the same.
  if (delivery.event !== DEAD_LETTER) await raiseDeadLetter(ports, ended, { ...noted, now });
  await ports.store.write([
    pending(ports, delivery).set({ ...noted, state: "dead", ended_at: now }),
  ]);
  return "dead";
}

/** One a day for each receiver: a receiver that is gone gives up many. */
async function raiseDeadLetter(
  { ledger }: OutboxPorts,
  { delivery, told }: Ended,
  of: { readonly attempts: number; readonly last_error: string; readonly now: Instant },
): Promise<void> {
  const { attempts, last_error, now } = of;
  const { channel_id: channelId } = delivery;
  const day = now - (now % DAY_MS);
  await ledger.raise({
    kind: "raise",
    customerId: DEPLOYMENT,
    mark: { counterKey: `dead_letter ${delivery.receiver} ${day}`, cap: 0n, threshold: 100 },
    told: {
      kind: "dead_letter",
      facts: {
        delivery_id: Number(delivery.id),
        ...(channelId === null ? {} : { channel_id: Number(channelId) }),
        channel: told.channel,
        event: delivery.event,
        attempts,
        last_error,
      },
    },
    threshold: 100,
    periodStart: instant(day),
  });
}

const PAUSES_MS = [50, 200, 1_000, 3_000, 5_000, 5_000, 5_000];

/** Throws what the last try did. */
async function persist(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (const pause of PAUSES_MS) {
    try {
      return await work();
    } catch (fault) {
      if (signal.aborted) throw fault;
    }
    await sleep(pause, undefined, { signal });
  }
  return work();
}
