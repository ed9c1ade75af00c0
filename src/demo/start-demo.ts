/** The demo: six months of history, a simulated provider, a Purser before it, and what came of the calls made with the SDKs. */

import { createPortalSession } from "../api/contract/endpoints/sessions.ts";
import { socketDoor } from "../client/admin-door.ts";
import { createClient, type PurserClient } from "../client/client.ts";
import { PurserError } from "../client/purser-error.ts";
import { readdressReceivers } from "./demo-channels.ts";
import { callsOf, DEMO_CUSTOMERS, type DemoCustomer } from "./demo-customers.ts";
import { type DemoStage, openStage } from "./demo-stage.ts";
import { loadSdks, type SdkClients } from "./official-sdks.ts";
import { type Refusal, sendTraffic } from "./send-traffic.ts";
import { startTrickle } from "./trickle.ts";

export interface DemoLine {
  readonly userId: string;
  readonly plan: string;
  /** Of the calls just made; what was used before is not in it. */
  readonly calls: number;
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
  readonly refused: number;
}

export interface RunningDemo {
  readonly url: string;
  readonly adminKey: string;
  /** A key of the customer on Pro, to try things with. */
  readonly customerKey: string;
  /** Signs that customer in to their dashboard, once. */
  readonly portalUrl: string;
  readonly dataDir: string;
  /** Calls of the past; 0 where there is none. */
  readonly historyCalls: number;
  readonly lines: readonly DemoLine[];
  /** The first refusal that was met, as its SDK raised it. */
  readonly refusal: Refusal | null;
  readonly seconds: number;
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Left out: a new folder that is deleted at the end. */
  readonly dataDir?: string;
  /** Taken if it is free; otherwise any other is. */
  readonly port: number;
  /** Make six months of a dozen customers first. */
  readonly history: boolean;
  /** Go on calling while it runs, so that pages move. */
  readonly goesOn: boolean;
  /** Where the dashboard's files are; left out or empty: where they are built. */
  readonly dashboardDir?: string;
  readonly progress: (state: DemoProgress) => void;
}

export interface DemoProgress {
  readonly part: "history" | "calls";
  readonly done: number;
  readonly total: number;
}

const PORTAL_SECONDS = 86_400;
const PORTAL_CUSTOMER = "demo-pia";

/** Runs all traffic, and resolves with the servers still up. Rejects where any call failed but by a refusal. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const clientsFor = await loadSdks();
  const startedAt = performance.now();
  const stage = await openStage(options, (state) =>
    options.progress({ part: "history", ...state }),
  );
  try {
    const { url } = stage.server;
    const purser = createClient({ transport: socketDoor(stage.dataDir).send });
    await readdressReceivers(purser, stage.receiverUrl);
    const traffic = await makeCalls(purser, (key) => clientsFor({ url, key }), options);
    const portal = await purser.call(createPortalSession, {
      params: { id: PORTAL_CUSTOMER },
      body: { ttl_seconds: PORTAL_SECONDS },
    });
    const trickle = options.goesOn
      ? startTrickle(callersOf(stage, traffic.keys, (key) => clientsFor({ url, key })))
      : null;
    return {
      url,
      adminKey: stage.adminKey,
      customerKey: traffic.keys.get(PORTAL_CUSTOMER) ?? "",
      portalUrl: portal.url,
      dataDir: stage.dataDir,
      historyCalls: stage.history?.calls ?? 0,
      lines: traffic.lines,
      refusal: traffic.refusals[0] ?? null,
      seconds: (performance.now() - startedAt) / 1_000,
      async close() {
        await trickle?.stop();
        await stage.close();
      },
    };
  } catch (fault) {
    await stage.close();
    throw fault;
  }
}

interface Traffic {
  readonly lines: readonly DemoLine[];
  readonly refusals: readonly Refusal[];
  /** By customer. */
  readonly keys: ReadonlyMap<string, string>;
}

async function makeCalls(
  purser: PurserClient,
  clientFor: (key: string) => SdkClients,
  { progress }: DemoOptions,
): Promise<Traffic> {
  const total = DEMO_CUSTOMERS.reduce((sum, customer) => sum + callsOf(customer), 0);
  let done = 0;
  const ended = (): void => progress({ part: "calls", done: ++done, total });
  const lines: DemoLine[] = [];
  const refusals: Refusal[] = [];
  const keys = new Map<string, string>();
  for (const customer of DEMO_CUSTOMERS) {
    const key = await addCustomer(purser, customer);
    keys.set(customer.userId, key);
    const before = await purser.usage(customer.userId);
    const refused = await sendTraffic(customer, clientFor(key), ended);
    refusals.push(...refused);
    const after = await purser.usage(customer.userId);
    lines.push(lineOf(customer, before, after, refused.length));
  }
  return { lines, refusals, keys };
}

async function addCustomer(purser: PurserClient, { userId, plan }: DemoCustomer): Promise<string> {
  try {
    await purser.admin.createCustomer({ id: userId, plan_id: plan, metadata: { demo: true } });
  } catch (fault) {
    // They are there from the history, or from an earlier demo in the same folder, and go on.
    if (!(fault instanceof PurserError && fault.code === "conflict")) throw fault;
  }
  const { key } = await purser.admin.createCustomerKey(userId, { name: "demo" });
  return key;
}

type Used = Awaited<ReturnType<PurserClient["usage"]>>;

function lineOf(
  { userId, plan }: DemoCustomer,
  before: Used,
  after: Used,
  refused: number,
): DemoLine {
  return {
    userId,
    plan,
    calls: after.total_calls - before.total_calls,
    tokens: after.total_tokens - before.total_tokens,
    // Dollars have nine decimals; the difference of two such numbers has more.
    cost: Number((after.total_cost - before.total_cost).toFixed(9)),
    refused,
  };
}

/** Each customer's newest key, and the keys that their history was called with. */
function callersOf(
  { history }: DemoStage,
  made: ReadonlyMap<string, string>,
  clientFor: (key: string) => SdkClients,
) {
  const ofPast = (history?.keys ?? []).map(({ userId, key }) => ({ userId, key }));
  const own = [...made].map(([userId, key]) => ({ userId, key }));
  return [...ofPast, ...own].map(({ userId, key }) => ({ userId, clients: clientFor(key) }));
}
