/** Ties what is to be told to those who are told: the outbox to channels, mail, plans and customers. */
import { createDispatcher, type Dispatcher } from "../alerts/outbox/dispatcher.ts";
import type { OutboxPorts } from "../alerts/outbox/ports.ts";
import type { ApiPorts } from "../api/ports.ts";
import { openDeliver } from "./open-deliver.ts";
import type { Parts } from "./open-parts.ts";
import { openUnsubscribing } from "./open-unsubscribing.ts";

export interface Notices {
  /** Sends nothing by itself before it is started. */
  readonly dispatcher: Dispatcher;
  readonly port: ApiPorts["notices"];
  /** Stops the dispatcher first. */
  close(): Promise<void>;
}

export function openNotices(
  parts: Parts,
  of: {
    readonly log: Parameters<typeof openDeliver>[1];
    readonly advise: OutboxPorts["advise"];
    readonly counted: OutboxPorts["counted"];
    readonly fault: (cause: unknown, during: string) => void;
  },
): Notices {
  const { notices } = parts.config;
  const outgoing = openDeliver(notices, of.log);
  const { unsubscribing } = openUnsubscribing(parts);
  const dispatcher = createDispatcher({
    store: parts.store,
    ledger: parts.ledger,
    clock: parts.clock,
    installation: parts.installation,
    customers: parts.customers,
    channels: parts.channels,
    advise: of.advise,
    deliver: outgoing.deliver,
    sendsMail: outgoing.sendsMail,
    unsubscribeUrl: unsubscribing.urlFor,
    publicUrl: notices.publicUrl,
    mayRun: () => parts.node.mayRunJobs(),
    counted: of.counted,
    onFault: of.fault,
  });
  return {
    dispatcher,
    port: { ...outgoing, wake: () => dispatcher.wake() },
    async close() {
      await dispatcher.stop();
      await outgoing.close();
    },
  };
}

/** Of this database, whoever sends: what waits, and what was given up. */
export async function countUnsent({
  store,
}: Pick<Parts, "store">): Promise<{ readonly pending: number; readonly dead: number }> {
  const rows = await store.db
    .selectFrom("deliveries")
    .select(["state", ({ fn }) => fn.countAll<bigint>().as("count")])
    .where("state", "in", ["pending", "dead"])
    .groupBy("state")
    .execute();
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { pending: of("pending"), dead: of("dead") };
}
