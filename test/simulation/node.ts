/** A simulated node: the real ledger door, call flow, sweeper and poller, in boots that can die at any step. */
import type { CallPorts, CallReply } from "../../src/call/call.ts";
import { runCall } from "../../src/call/run-call.ts";
import { AppError } from "../../src/core/errors.ts";
import type { CallId, UserId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { pollDeferred } from "../../src/jobs/poll-deferred.ts";
import { startSweeper } from "../../src/jobs/sweeper.ts";
import { doorOver } from "../../src/ledger/door-over.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import type { AwaitedRow } from "../../src/ledger/rules/rows.ts";
import type { Chance } from "./chance.ts";
import type { ClientCall } from "./client-call.ts";
import { settleOfLater } from "./later-work.ts";
import { PRICES } from "./prices.ts";
import { PROVIDER_URL } from "./provider.ts";
import type { Owner, Scheduler } from "./scheduler.ts";
import type { SimulatedStore } from "./store.ts";
import type { Verdict } from "./verdict.ts";

const HEARTBEAT_MS = 10_000;
const POLL_MS = 15_000;
/** A node that could not start is started again after this. */
const RESTART_MS = 2_000;

/** One start of a node. */
export interface Boot extends Owner {
  readonly nodeId: string;
  readonly bootId: string;
  readonly ledger: Ledger;
  readonly recover: () => Promise<number>;
  readonly sweep: () => Promise<number>;
  /** It has ended the holds of its earlier boots, and takes calls. */
  isReady: boolean;
  readonly ports: Omit<CallPorts, "callers" | "newCallId">;
}

export interface NodeParts {
  readonly scheduler: Scheduler;
  readonly store: SimulatedStore;
  readonly chance: Chance;
  readonly verdict: Verdict;
  readonly callIdOf: (call: ClientCall) => CallId;
  readonly laterCalls: ReadonlyMap<CallId, ClientCall>;
}

export class SimulatedNode {
  readonly nodeId: string;
  boot: Boot | null = null;
  /** By how much this node's own clock is ahead of the ledger's. */
  clockAheadMs = 0;
  /** Work that is answered later is still going on, so often in a hundred. */
  stillRunning = 40;
  readonly #parts: NodeParts;
  readonly #sweepMs: number;
  #boots = 0;

  constructor(nodeId: string, parts: NodeParts) {
    this.nodeId = nodeId;
    this.#parts = parts;
    this.#sweepMs = parts.chance.between(20, 60) * 1_000;
  }

  now(): Instant {
    return instant(this.#parts.store.now() + this.clockAheadMs);
  }

  start(): void {
    const { scheduler, verdict } = this.#parts;
    this.crash();
    this.#boots += 1;
    const boot = this.#newBoot(`b${this.#boots}`);
    this.boot = boot;
    verdict.say(() => `${boot.name} starts`);
    scheduler.after(0, () => this.#run(boot), boot);
  }

  /** Whatever it was doing is never heard of again. */
  crash(): void {
    if (this.boot === null) return;
    this.boot.alive = false;
    this.boot.isReady = false;
    this.boot = null;
  }

  #newBoot(bootId: string): Boot {
    const { store } = this.#parts;
    const { nodeId } = this;
    const { recover, sweep, ...door } = doorOver({
      at: () => null,
      runBatch: (payload) => store.runBatch({ nodeId, bootId }, payload),
    });
    const ledger = store.wire.over(door.ledger);
    return {
      name: `${nodeId}/${bootId}`,
      alive: true,
      stalledUntilMs: 0,
      nodeId,
      bootId,
      ledger,
      recover,
      sweep,
      isReady: false,
      ports: this.#portsOf(ledger),
    };
  }

  #run(boot: Boot): void {
    const { scheduler, verdict } = this.#parts;
    this.#beat(boot);
    const onFault = (fault: unknown): void =>
      verdict.say(() => `${boot.name}: a job failed: ${wordsOf(fault)}`);
    const left = this.#earlierHolds(boot);
    boot.recover().then(
      () => {
        boot.isReady = true;
        const still = this.#earlierHolds(boot).find((id) => left.includes(id));
        const promise = "7: a starting node ends the holds of its earlier boots";
        verdict.check(still === undefined, promise, () => `${boot.name} leaves ${still}`);
        startSweeper({ sweep: boot.sweep, everyMs: this.#sweepMs, onFault });
        pollDeferred({
          take: (most) => this.#take(most),
          ask: (work: AwaitedRow) => this.#ask(work, boot),
          everyMs: POLL_MS,
          onFault,
        });
      },
      () => scheduler.after(RESTART_MS, () => boot.alive && this.start(), null),
    );
  }

  #earlierHolds(boot: Boot): CallId[] {
    const holds = [...this.#parts.store.rows.holds.values()];
    return holds
      .filter(({ state, owner }) => state === "pending" && owner !== boot.name)
      .filter(({ owner }) => owner.startsWith(`${this.nodeId}/`))
      .map(({ id }) => id);
  }

  #beat(boot: Boot): void {
    const { store, scheduler } = this.#parts;
    if (!store.faults.isAway) store.rows.heartbeats.set(boot.name, store.now());
    scheduler.after(HEARTBEAT_MS, () => this.#beat(boot));
  }

  /** As src/objects/awaited-work.ts: what is taken is put off, so that nobody else takes it meanwhile. */
  async #take(most: number): Promise<readonly AwaitedRow[]> {
    const { store } = this.#parts;
    if (store.faults.isAway) throw new Error("The database is away.");
    const now = store.now();
    const due = [...store.rows.awaited.values()].filter(({ askAt }) => askAt <= now).slice(0, most);
    for (const row of due)
      store.rows.awaited.set(row.callId, { ...row, askAt: instant(now + 2 * POLL_MS) });
    return due;
  }

  async #ask(work: AwaitedRow, boot: Boot): Promise<void> {
    const { store, chance, laterCalls } = this.#parts;
    const call = laterCalls.get(work.callId);
    if (call === undefined || chance.percent(this.stillRunning)) return;
    const answer = await boot.ledger.settle(settleOfLater(call, work));
    if (answer.kind !== "settled")
      this.#parts.verdict.fail("6: nothing acknowledged is lost", `${work.callId} is not known`);
    store.rows.awaited.delete(work.callId);
  }

  #portsOf(ledger: Ledger): Boot["ports"] {
    const { verdict } = this.#parts;
    return {
      ledger,
      prices: PRICES,
      objects: { find: async () => [], add: async () => {}, remove: async () => {} },
      clock: this,
      upstream: () => ({
        baseUrl: PROVIDER_URL,
        credential: "the operator's",
        deadlines: { jsonMs: 30_000, silenceMs: 15_000, callMs: 45_000 },
      }),
      readRequest: ({ dialect, route, path, query, body }) => {
        const json: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
        return dialect.readRequest({ route, path, query, json, bodyBytes: body.byteLength });
      },
      editRequest: ({ dialect, body, route }, edits) => dialect.editRequest(body, route, edits),
      endLater: async () => "over",
      settled: () => {},
      fault: (cause, during) => {
        verdict.say(() => `a fault while ${during}: ${wordsOf(cause)}`);
        if (!(cause instanceof AppError)) verdict.fail("nothing breaks", `${during}: ${cause}`);
      },
    };
  }

  /** The sweeper comes at that very moment, so that both are in one batch. */
  #sweepWith(boot: Boot): void {
    const { verdict } = this.#parts;
    boot.sweep().catch((fault: unknown) => {
      verdict.say(() => `${boot.name}: a sweep failed: ${wordsOf(fault)}`);
    });
  }

  /** Runs a client's call; it must be this node's own step. */
  call(call: ClientCall, reply: CallReply): void {
    const { boot } = this;
    if (boot === null) return;
    const { verdict, scheduler, chance, callIdOf } = this.#parts;
    const { customerId, keyId } = call;
    const payer = { customerId, ...(keyId === null ? {} : { keyId }) };
    const ledger: Ledger = {
      ...boot.ledger,
      settle: (operation) => {
        call.settleAskedAtMs ??= scheduler.nowMs;
        return boot.ledger.settle(operation);
      },
      defer: (operation) => {
        call.settleAskedAtMs ??= scheduler.nowMs;
        const deferred = boot.ledger.defer(operation);
        if (chance.percent(40)) this.#sweepWith(boot);
        return deferred;
      },
      release: (operation) => {
        call.isReleased = true;
        return boot.ledger.release(operation);
      },
    };
    const ports: CallPorts = {
      ...boot.ports,
      ledger,
      callers: { find: () => ({ payer, userId: customerId as string as UserId }) },
      newCallId: () => callIdOf(call),
    };
    call.owner = boot;
    runCall(call.request, reply, ports).then(
      (outcome) => {
        call.outcome = outcome;
        verdict.say(() => `${boot.name}: call ${call.number} is ${outcome.kind}`);
      },
      (fault: unknown) => {
        const code = fault instanceof AppError ? fault.code : String(fault);
        call.outcome = { kind: "failed", code };
        verdict.say(() => `${boot.name}: call ${call.number} failed: ${code}`);
        if (code !== "enforcement_unavailable") verdict.fail("nothing breaks", code);
      },
    );
  }
}

function wordsOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error ? `${fault.message} (${fault.cause.message})` : fault.message;
}
