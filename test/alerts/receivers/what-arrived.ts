/** What must have arrived when nothing is on its way any more: of every alert one mail and one webhook, in order. */
import type { DatabaseRow } from "../../ledger/test-database.ts";
import type { ReceivedMail } from "./mail-server.ts";
import type { Post } from "./webhook-receiver.ts";

export interface Arrived {
  readonly rows: (select: string) => Promise<DatabaseRow[]>;
  readonly mails: readonly ReceivedMail[];
  /** By a receiver that drops repeats, in the order of the first arrival. */
  readonly taken: readonly Post[];
  readonly kills: number;
}

/** How many rows of the outbox or messages to a receiver wait still. */
export async function countWaiting(rows: Arrived["rows"]): Promise<number> {
  const [row] = await rows(
    `select (select count(*) from outbox where sent_at is null) +
       (select count(*) from deliveries where state = 'pending') as waiting`,
  );
  return Number(row?.["waiting"]);
}

/** Empty where each alert came once by mail and once by webhook: mails with at most one repeat for each kill. */
export async function wrongArrivals(arrived: Arrived): Promise<string[]> {
  const { rows, mails, taken, kills } = arrived;
  const sent = await rows(
    `select deliveries.receiver, deliveries.message_id, deliveries.state, outbox.payload
     from deliveries join outbox on outbox.id = deliveries.outbox_id
     where outbox.kind = 'alert' and deliveries.customer_id is not null order by deliveries.id`,
  );
  const alerts = (
    await rows("select id, sent_at from alerts where customer_id <> 'deployment' order by id")
  ).map(({ id, sent_at }) => ({ id: Number(id), isSent: sent_at !== null }));
  const byReceiver = Map.groupBy(sent, ({ receiver }) => String(receiver).split(":")[0]);
  const hooks = (byReceiver.get("channel") ?? []).map(messageOf);
  const letters = (byReceiver.get("customer") ?? []).map(messageOf);
  const ids = alerts.map(({ id }) => id).join(" ");
  const repeats = mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
  const firsts = mails.filter(
    ({ messageId }, at) => mails.findIndex((mail) => mail.messageId === messageId) === at,
  );
  const wrong = [
    sent.every(({ state }) => state === "sent") ? null : `not sent: ${statesOf(sent)}`,
    alerts.every(({ isSent }) => isSent) ? null : `alerts without sent_at`,
    alertsOf(hooks) === ids ? null : `webhooks are of ${alertsOf(hooks)}, alerts ${ids}`,
    alertsOf(letters) === ids ? null : `mails are of ${alertsOf(letters)}, alerts ${ids}`,
    namesOf(hooks) === taken.map(({ id }) => id).join(" ")
      ? null
      : `taken ${taken.map(({ id }) => id).join(" ")}, to be sent ${namesOf(hooks)}`,
    firsts.length === letters.length ? null : `${firsts.length} mails for ${letters.length} alerts`,
    firsts.every(({ messageId }, at) => messageId.includes(letters[at]?.name ?? "?"))
      ? null
      : `mails ${firsts.map(({ messageId }) => messageId).join(" ")}, to be sent ${namesOf(letters)}`,
    repeats <= kills ? null : `${repeats} repeated mails though ${kills} kills`,
  ];
  return wrong.flatMap((words) => (words === null ? [] : [words]));
}

interface SentMessage {
  readonly name: string;
  readonly alert: number;
}

function messageOf(row: DatabaseRow): SentMessage {
  return {
    name: String(row["message_id"]),
    alert: Number(JSON.parse(String(row["payload"])).alert_id),
  };
}

function alertsOf(messages: readonly SentMessage[]): string {
  return messages.map(({ alert }) => alert).join(" ");
}

function namesOf(messages: readonly SentMessage[]): string {
  return messages.map(({ name }) => name).join(" ");
}

function statesOf(sent: readonly DatabaseRow[]): string {
  return sent.map((row) => `${row["message_id"]} ${row["state"]}`).join(", ");
}
