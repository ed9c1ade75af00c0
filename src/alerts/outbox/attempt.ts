/** Makes the next attempt to bring a receiver what is first in its line, and writes down what became of it. */
import type { Customer } from "../../access/customers.ts";
import type { CustomerId } from "../../core/ids.ts";
import { type AlertPreferences, readAlertPreferences } from "../../insights/alert-preferences.ts";
import type { Channel } from "../channel-row.ts";
import { composeMessage } from "../compose.ts";
import type { Attempt, Message, Target } from "../message.ts";
import { mailKindOf, takes, wantsMail } from "../receivers.ts";
import type { OutboxPorts } from "./ports.ts";
import { type Delivery, readHead } from "./read-heads.ts";
import { isAbout, type Notice, readNotice } from "./read-notice.ts";
import { recordDrop, recordEnd } from "./record-end.ts";

/** Every kind of receiver has a shorter limit of its own; this is for one that forgets it. */
const ATTEMPT_MS_MOST = 120_000;

/**
 * Resolves with whether to look again at once. An attempt that `signal` breaks off counts for nothing: whoever sends next
 * makes it again, under the same id.
 */
export async function attemptNext(
  ports: OutboxPorts,
  receiver: string,
  signal: AbortSignal,
): Promise<boolean> {
  const delivery = await readHead(ports.store, receiver);
  if (delivery === null || Number(delivery.due_at) > ports.clock.now()) return false;
  const prepared = await prepare(ports, delivery);
  if (signal.aborted || !ports.mayRun()) return false;
  if (prepared === null) {
    await recordDrop(ports, delivery);
    return true;
  }
  const { message, target, told } = prepared;
  const attempt = await attemptOnce(ports, { message, target }, signal);
  if (attempt.kind === "failed" && signal.aborted) return false;
  await recordEnd(ports, { delivery, attempt, target, told }, signal);
  return true;
}

interface Prepared {
  readonly message: Message;
  readonly target: Target;
  /** How the operator knows the receiver, and whose alert it is. */
  readonly told: { readonly channel: string; readonly alertId: number | null };
}

/** null: its receiver is gone or does not want it any more, or whom it is about was erased. */
async function prepare(ports: OutboxPorts, delivery: Delivery): Promise<Prepared | null> {
  const { store, channels } = ports;
  const row = await store.db
    .selectFrom("outbox")
    .selectAll()
    .where("id", "=", delivery.outbox_id)
    .executeTakeFirst();
  const notice = row === undefined ? null : await readNotice(store, row);
  if (notice === null) return null;
  const whom = await readWhom(ports, notice);
  if (whom === "erased") return null;
  if (delivery.channel_id === null) return toCustomer(ports, { delivery, notice, whom });
  const channel = await channels.read(Number(delivery.channel_id));
  return channel === null ? null : toChannel(ports, { delivery, notice, whom, channel });
}

interface Whom {
  readonly customer: Customer;
  readonly preferences: AlertPreferences;
}

/** null: it is about nobody. */
async function readWhom(ports: OutboxPorts, notice: Notice): Promise<Whom | null | "erased"> {
  const id: CustomerId | null = isAbout(notice);
  if (id === null) return null;
  const customer = await ports.customers.findById(id);
  if (customer === null) return "erased";
  return { customer, preferences: await readAlertPreferences(ports.store, id) };
}

function toCustomer(
  ports: OutboxPorts,
  { delivery, notice, whom }: { delivery: Delivery; notice: Notice; whom: Whom | null },
): Prepared | null {
  const kind = mailKindOf(notice.event);
  const to = whom?.customer.email;
  if (whom === null || kind === null || to === undefined) return null;
  if (!wantsMail(notice.event, whom)) return null;
  return {
    message: messageFor(ports, { delivery, notice, whom, reader: "customer" }),
    target: { kind: "email", to, unsubscribeUrl: ports.unsubscribeUrl(whom.customer.id, kind) },
    told: { channel: "mail to a customer", alertId: alertIdOf(notice) },
  };
}

function toChannel(
  ports: OutboxPorts,
  of: { delivery: Delivery; notice: Notice; whom: Whom | null; channel: Channel },
): Prepared | null {
  const { notice, whom, channel } = of;
  const about = notice.customerId === null ? null : whom;
  if (!takes(channel, notice.event, about)) return null;
  const reader = channel.customerId === null ? "operator" : "customer";
  return {
    message: messageFor(ports, { ...of, reader }),
    target: ports.channels.targetOf(channel, ports.clock.now()),
    told: { channel: channel.name, alertId: alertIdOf(notice) },
  };
}

function messageFor(
  { publicUrl, clock }: OutboxPorts,
  of: { delivery: Delivery; notice: Notice; whom: Whom | null; reader: Message["reader"] },
): Message {
  const { delivery, notice, whom, reader } = of;
  return composeMessage(notice, {
    id: delivery.message_id,
    reader,
    customer: whom?.customer ?? null,
    timeZone: reader === "customer" ? (whom?.preferences.time_zone ?? "UTC") : "UTC",
    publicUrl,
    now: clock.now(),
  });
}

function alertIdOf(notice: Notice): number | null {
  return notice.kind === "alert" ? notice.alertId : null;
}

/** A fault of ours is an attempt that failed: tried at once, again and again, it would only fail as often. */
async function attemptOnce(
  { deliver, onFault }: OutboxPorts,
  { message, target }: { message: Message; target: Target },
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS_MOST)]);
    return await deliver(message, target, until);
  } catch (fault) {
    onFault(fault, `sending ${message.event}`);
    return { kind: "failed", reason: "Purser itself failed; its log says how." };
  }
}
