/** Makes of each row of the outbox the deliveries that it is told by, one for each receiver, in the transaction that marks it. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import { readAlertPreferences } from "../../insights/alert-preferences.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { Statement } from "../../store/store.ts";
import type { Channel } from "../channel-row.ts";
import { composeMessage } from "../compose.ts";
import type { Message } from "../message.ts";
import { type About, type Addressee, receiversOf } from "../receivers.ts";
import { messageIdOf } from "./message-id.ts";
import type { OutboxPorts } from "./ports.ts";
import { isAbout, type Notice, type OutboxRow, readNotice } from "./read-notice.ts";

/** Of one transaction. */
const ROWS_AT_ONCE = 50;
/** Of the log, as messages' ids name receivers. */
const LOG = "log";

interface Planned {
  readonly row: OutboxRow;
  readonly statements: readonly Statement[];
  /** What the log is told once it is written. */
  readonly line: Message | null;
}

/**
 * Goes through all that is untold, in order, and resolves with how many are told now. What fails is reported, of many the
 * first, and stays: the next round tries it again.
 */
export async function fanOut(ports: OutboxPorts, isStopped: () => boolean): Promise<number> {
  let told = 0;
  let after = 0n;
  for (;;) {
    if (isStopped()) return told;
    const rows = await readUntold(ports, after);
    const last = rows.at(-1);
    if (last === undefined) return told;
    const channels = await ports.channels.list();
    const planned = await Promise.allSettled(rows.map((row) => plan(ports, row, channels)));
    // Whoever lost the right to send while it was planned leaves it to the next.
    if (isStopped()) return told;
    const failed = planned.find((end) => end.status === "rejected");
    if (failed !== undefined) ports.onFault(failed.reason, "telling of what is in the outbox");
    const plans = planned.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
    if (plans.length > 0) told += await writeAll(ports, plans);
    after = last.id;
  }
}

function readUntold({ store }: OutboxPorts, after: bigint): Promise<OutboxRow[]> {
  return store.db
    .selectFrom("outbox")
    .selectAll()
    .where("sent_at", "is", null)
    .where("id", ">", after)
    .orderBy("id")
    .limit(ROWS_AT_ONCE)
    .execute();
}

async function plan(
  ports: OutboxPorts,
  row: OutboxRow,
  channels: readonly Channel[],
): Promise<Planned> {
  const now = ports.clock.now();
  if (row.kind === "look" || row.kind === "subscription") await look(ports, row);
  const found = await readNotice(ports.store, row);
  const told = markTold(ports, row, now);
  if (found === null) return { row, statements: [told], line: null };
  const notice = await advised(ports, found);
  const about = await readAbout(ports, notice);
  // Erased meanwhile: there is nobody to tell of.
  if (notice.customerId !== null && about === null) return { row, statements: [told], line: null };
  const receivers = receiversOf(notice.event, about, { channels, sendsMail: ports.sendsMail });
  return {
    row,
    statements: [
      told,
      ...deliveryRows(ports, { row, notice, receivers, now }),
      ...alertChanges(ports, { notice, about, isTold: receivers.length === 0, now }),
    ],
    line: await lineOf(ports, { row, notice, about, now }),
  };
}

/** The ledger looks at the limits that may have changed, before the row counts as told: so that none is forgotten. */
async function look({ ledger }: OutboxPorts, row: OutboxRow): Promise<void> {
  const { key_id: keyId }: { key_id?: KeyId } = JSON.parse(row.payload);
  if (row.customer_id === DEPLOYMENT || row.customer_id === null) {
    await ledger.look({ kind: "look", deployment: true });
    return;
  }
  const payer = { customerId: row.customer_id as CustomerId };
  await ledger.look({
    kind: "look",
    payer: keyId === undefined ? payer : { ...payer, keyId },
  });
}

/** An alert is told without advice rather than not at all. */
async function advised(ports: OutboxPorts, notice: Notice): Promise<Notice> {
  if (notice.kind !== "alert" || notice.advice !== null) return notice;
  const { customerId, told, periodStart } = notice;
  try {
    const advice = await ports.advise({ customerId: customerId ?? DEPLOYMENT, told, periodStart });
    return { ...notice, advice };
  } catch (fault) {
    ports.onFault(fault, "looking for advice on an alert");
    return { ...notice, advice: {} };
  }
}

async function readAbout(ports: OutboxPorts, { customerId }: Notice): Promise<About> {
  if (customerId === null) return null;
  const customer = await ports.customers.findById(customerId);
  if (customer === null) return null;
  return { customer, preferences: await readAlertPreferences(ports.store, customerId) };
}

/** The first statement, so that of two nodes that do the same one waits for the other and then finds it done. */
function markTold({ store }: OutboxPorts, { id }: OutboxRow, now: Instant): Statement {
  return store.db
    .updateTable("outbox")
    .set({ sent_at: now })
    .where("id", "=", id)
    .where("sent_at", "is", null);
}

function deliveryRows(
  { store, installation }: OutboxPorts,
  of: { row: OutboxRow; notice: Notice; receivers: readonly Addressee[]; now: Instant },
): Statement[] {
  const { row, notice, receivers, now } = of;
  if (receivers.length === 0) return [];
  const rows = receivers.map(({ receiver, channelId }) => ({
    outbox_id: row.id,
    receiver,
    channel_id: channelId,
    customer_id: isAbout(notice),
    message_id: messageIdOf({ outboxId: row.id, receiver, installation }),
    event: notice.event,
    state: "pending" as const,
    attempts: 0,
    due_at: now,
    created_at: now,
  }));
  return [
    store.db
      .insertInto("deliveries")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing()),
  ];
}

/** `isTold`: nobody else hears of it. A customer who wants nothing in the app has nothing unread there. */
function alertChanges(
  { store }: OutboxPorts,
  of: { notice: Notice; about: About; isTold: boolean; now: Instant },
): Statement[] {
  const { notice, about, isTold, now } = of;
  if (notice.kind !== "alert") return [];
  const isSilent = about !== null && !about.preferences.channels.in_app;
  const change = (set: { advice?: string; sent_at?: Instant }) =>
    store.db.updateTable("alerts").set(set).where("id", "=", BigInt(notice.alertId));
  return [
    change({ advice: JSON.stringify(notice.advice ?? {}) }),
    ...(isTold ? [change({ sent_at: now }).where("sent_at", "is", null)] : []),
    ...(isSilent
      ? [
          store.db
            .updateTable("alerts")
            .set({ read_at: now })
            .where("id", "=", BigInt(notice.alertId))
            .where("read_at", "is", null),
        ]
      : []),
  ];
}

async function lineOf(
  ports: OutboxPorts,
  of: { row: OutboxRow; notice: Notice; about: About; now: Instant },
): Promise<Message> {
  const { row, notice, about, now } = of;
  const whom = isAbout(notice);
  const named = whom === null ? null : await ports.customers.findById(whom);
  const customer = about === null ? named : about.customer;
  const { installation, publicUrl } = ports;
  const id = messageIdOf({ outboxId: row.id, receiver: LOG, installation });
  return composeMessage(notice, {
    ...{ id, reader: "operator", customer, timeZone: "UTC", publicUrl, now },
  });
}

/** In one transaction; where that fails, one by one, so that one of them cannot hold up the others. */
async function writeAll(ports: OutboxPorts, planned: readonly Planned[]): Promise<number> {
  try {
    await ports.store.write(planned.flatMap(({ statements }) => statements));
  } catch (fault) {
    if (planned.length < 2) throw fault;
    let told = 0;
    for (const plan of planned) told += await writeAll(ports, [plan]);
    return told;
  }
  for (const { line } of planned) {
    if (line !== null) await ports.deliver(line, { kind: "log" }, new AbortController().signal);
  }
  return planned.length;
}
