/** The outbox's own machinery on a real database, before real receivers: nodes that send can be opened, lose the right to, and stop. */
import { onTestFinished } from "vitest";
import { createCustomers } from "../../src/access/customers.ts";
import { type Channels, createChannels } from "../../src/alerts/channel-store.ts";
import { createDeliver } from "../../src/alerts/channels/deliver.ts";
import { createDispatcher, type Dispatcher } from "../../src/alerts/outbox/dispatcher.ts";
import type { OutboxPorts } from "../../src/alerts/outbox/ports.ts";
import type { CustomerId, UserId } from "../../src/core/ids.ts";
import { formatInstant, HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import { openVault } from "../../src/privacy/vault.ts";
import { addPlan, NOW, openTestLedger, plan, type TestLedger } from "../ledger/support.ts";
import { type DatabaseRow, readRows } from "../ledger/test-database.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./receivers/webhook-receiver.ts";

export interface SendingNode {
  readonly dispatcher: Dispatcher;
  /** Does sending fall to it? Can be set. */
  mayRun: boolean;
  readonly faults: unknown[];
  readonly counts: Record<string, number>;
}

export interface OutboxStage extends Pick<TestLedger, "store" | "ledger" | "clock"> {
  readonly customers: ReturnType<typeof createCustomers>;
  readonly channels: Channels;
  receiver(): Promise<WebhookReceiver>;
  /** A customer on no plan; with an address if one is given. */
  customer(userId: string, email?: string): Promise<CustomerId>;
  /** Makes a channel of the operator's, or of that customer's, for all there is. */
  webhook(to: WebhookReceiver, events?: readonly string[], customer?: CustomerId): Promise<number>;
  /** Raises an alert about failing calls; `n` tells them apart. */
  raise(customer: CustomerId, n: number): Promise<void>;
  node(more?: Partial<OutboxPorts>): SendingNode;
  rows(select: string): Promise<DatabaseRow[]>;
  /** `[receiver, state, attempts]` of all deliveries, in the order they were written. */
  deliveries(): Promise<(readonly [string, string, number])[]>;
  later(ms: number): void;
}

const PACES = { everyMs: 50, watchEveryMs: 20, lookEveryMs: 200, graceMs: 100 };
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** All is closed after the test. */
export async function stageOutbox(): Promise<OutboxStage> {
  const opened = await openTestLedger();
  onTestFinished(() => opened.remove());
  const { store, ledger, clock, address } = opened;
  await addPlan(opened.store, plan("free", [], { tier: "free" }));
  const vault = await openVault(store, "a secret of the tests, long enough for anybody");
  const customers = createCustomers({ store, vault, clock });
  const channels = createChannels({
    store,
    clock,
    sealing: {
      seal: (text) => vault.sealText("channel", text),
      open: (sealed) => vault.openText("channel", sealed),
    },
  });
  const hosts: string[] = [];
  const rows = (select: string) => readRows(address, select);
  return {
    store,
    ledger,
    clock,
    customers,
    channels,
    async receiver() {
      const receiver = await startWebhookReceiver();
      onTestFinished(() => receiver.close());
      hosts.push(receiver.host);
      return receiver;
    },
    async customer(userId, email) {
      const person = { userId: userId as UserId, ...(email === undefined ? {} : { email }) };
      return (await customers.create(person, "test")).id;
    },
    async webhook(to, events = ["*"], customerId) {
      const receiver = { kind: "webhook" as const, url: to.url, secrets: [SECRET] };
      const wanted = { receiver, name: to.host, events, customerId: customerId ?? null };
      return (await channels.create(wanted, "test")).id;
    },
    async raise(customerId, n) {
      const hour = instant(NOW - HOUR_MS);
      await ledger.raise({
        kind: "raise",
        customerId,
        mark: { counterKey: `test ${n}`, cap: 0n, threshold: 100 },
        told: {
          kind: "error_rate",
          facts: { hour: formatInstant(hour), calls: n, failed: n, rate: 100, rate_least: 20 },
        },
        threshold: 100,
        periodStart: hour,
      });
    },
    node: (more = {}) => openNode({ store, ledger, clock, customers, channels, hosts }, more),
    rows,
    async deliveries() {
      const found = await rows("select receiver, state, attempts from deliveries order by id");
      return found.map(
        ({ receiver, state, attempts }) =>
          [String(receiver), String(state), Number(attempts)] as const,
      );
    },
    later(ms) {
      clock.at = instant(clock.at + ms);
    },
  };
}

const SECRET = {
  secret: `whsec_${Buffer.from("a key of the tests, of 32 bytes.").toString("base64")}`,
};

function openNode(
  of: Pick<OutboxPorts, "store" | "ledger" | "customers" | "channels"> & {
    readonly clock: { now(): Instant };
    readonly hosts: readonly string[];
  },
  more: Partial<OutboxPorts>,
): SendingNode {
  const { hosts, ...parts } = of;
  const faults: unknown[] = [];
  const counts: Record<string, number> = {};
  const { deliver, close } = createDeliver({
    mail: null,
    log: SILENT,
    privateReceivers: hosts,
    version: "0",
  });
  const dispatcher = createDispatcher(
    {
      ...parts,
      installation: "0123456789abcdef0123456789abcdef",
      advise: async () => ({}),
      deliver,
      sendsMail: false,
      unsubscribeUrl: (customerId, kind) => `http://purser.example/stop/${customerId}/${kind}`,
      publicUrl: "http://purser.example",
      mayRun: () => node.mayRun,
      counted({ kind, outcome }) {
        const name = `${kind} ${outcome}`;
        counts[name] = (counts[name] ?? 0) + 1;
      },
      onFault: (fault) => faults.push(fault),
      ...more,
    },
    PACES,
  );
  const node: SendingNode = { dispatcher, mayRun: true, faults, counts };
  onTestFinished(async () => {
    await dispatcher.stop();
    close();
  });
  return node;
}
