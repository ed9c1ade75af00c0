/** One run: an installation, its nodes, its clients, the faults of its seed, and a calm end in which all must be well. */
import type { CallId } from "../../src/core/ids.ts";
import { applyOperations } from "../../src/ledger/rules.ts";
import { act } from "./actions.ts";
import { calmDown } from "./calm.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { ClientCall } from "./client-call.ts";
import { Clients } from "./clients.ts";
import { Model } from "./model.ts";
import { SimulatedNode } from "./node.ts";
import { judgePeriods } from "./periods.ts";
import { SimulatedProviders } from "./provider.ts";
import type { ReadRequest } from "./provider-answers.ts";
import { Scheduler } from "./scheduler.ts";
import { type Rules, SimulatedStore } from "./store.ts";
import { Verdict, type Violation } from "./verdict.ts";
import { bindTime } from "./virtual-time.ts";
import { drawWorld, type World } from "./world.ts";

/** A run that takes more steps than this never ends. */
const STEPS_MOST = 40_000;

export interface RunOptions {
  readonly seed: number;
  /** Only so many of its actions, then the calm end. */
  readonly prefix?: number;
  readonly rules?: Rules;
  readonly told?: boolean;
}

export interface RunResult {
  readonly seed: number;
  /** The actions taken until the end, or until the violation. */
  readonly actions: number;
  readonly steps: number;
  readonly violation: Violation | null;
  /** The last steps in plain words, where they were asked for. */
  readonly story: readonly string[];
}

export class Run {
  readonly seed: number;
  readonly scheduler: Scheduler;
  /** For the order of things and what the network does; the actions have their own. */
  readonly chance: Chance;
  readonly verdict: Verdict;
  readonly world: World;
  readonly store: SimulatedStore;
  readonly model: Model;
  readonly providers: SimulatedProviders;
  readonly nodes: readonly SimulatedNode[];
  readonly clients: Clients;
  readonly calls: ClientCall[] = [];
  readonly callsById = new Map<CallId, ClientCall>();
  readonly crashes: { afterSteps: number; readonly crash: () => void }[] = [];
  #ids = 0;

  constructor({ seed, rules = applyOperations, told = false }: RunOptions) {
    this.seed = seed;
    this.verdict = new Verdict(told);
    this.chance = chanceOf(seed, 1);
    const { chance, verdict } = this;
    const scheduler = new Scheduler(chanceOf(seed, 3));
    this.scheduler = scheduler;
    this.world = drawWorld(chanceOf(seed, 4));
    const { world } = this;
    this.store = new SimulatedStore({ world, scheduler, chance, verdict, rules });
    const { store } = this;
    this.model = new Model({ world, store, verdict });
    store.judge = this.model;
    const received = (call: ClientCall, sent: ReadRequest) => this.#received(call, sent);
    this.providers = new SimulatedProviders({ scheduler, chance, verdict, received });
    this.clients = new Clients(this);
    const parts = {
      scheduler,
      store,
      chance,
      verdict,
      callIdOf: (call: ClientCall) => this.#callIdOf(call),
      laterCalls: this.callsById,
    };
    this.nodes = Array.from(
      {
        length: chance.weigh([
          [2, 3],
          [3, 1],
        ]),
      },
      (_, index) => new SimulatedNode(`n${index + 1}`, parts),
    );
  }

  newId(): CallId {
    this.#ids += 1;
    return `id-${this.#ids}` as CallId;
  }

  #callIdOf(call: ClientCall): CallId {
    call.id = this.newId();
    this.callsById.set(call.id, call);
    return call.id;
  }

  /** Lets time pass, whatever happens in it. */
  async passTime(ms: number): Promise<void> {
    const untilMs = this.scheduler.nowMs + ms;
    while (this.verdict.violation === null && (await this.scheduler.runNext(untilMs))) {
      for (const crash of this.crashes.splice(0)) {
        crash.afterSteps -= 1;
        if (crash.afterSteps < 0) crash.crash();
        else this.crashes.push(crash);
      }
      if (this.scheduler.stepsRun > STEPS_MOST)
        this.verdict.fail("everything has an end", `${STEPS_MOST} steps, and still running`);
    }
  }

  /** No byte reaches a provider whose cost is not held, and the limit that was granted is the one that is sent. */
  #received(call: ClientCall, sent: ReadRequest): void {
    const { store, verdict, model } = this;
    const promise = "6: a reservation is durable before the provider is called";
    const known = call.id === null ? undefined : model.log.calls.get(call.id);
    const isThere =
      call.id !== null && (store.rows.holds.has(call.id) || store.rows.events.has(call.id));
    verdict.check(isThere, promise, () => `call ${call.number} was sent without a hold`);
    const granted = known?.outputTokens ?? null;
    verdict.check(
      granted === null || sent.outputMost === granted,
      "the output that is held is the output that is sent",
      () => `call ${call.number}: ${sent.outputMost} sent, ${granted} held`,
    );
  }

  /** The last bytes of an answer leave when its event is there, or when the ledger has been away for five seconds. */
  answered(call: ClientCall): void {
    const { store, scheduler, verdict } = this;
    if (call.id === null) {
      verdict.fail("each answer is a call's", `${call.number}`);
      return;
    }
    const isThere = store.rows.events.has(call.id) || store.rows.awaited.has(call.id);
    // By the clock of its node the hold's deadline has passed: then its expiry records the call.
    const node = this.nodes.find(({ boot }) => boot === call.owner);
    const expiresAt = this.model.log.calls.get(call.id)?.expiresAt ?? Number.POSITIVE_INFINITY;
    if (node !== undefined && node.now() > expiresAt) return;
    const waitedMs = scheduler.nowMs - (call.settleAskedAtMs ?? Number.POSITIVE_INFINITY);
    verdict.check(
      isThere || waitedMs >= 5_000,
      "6: the last bytes leave when the settle is durable",
      () => `call ${call.number} was answered ${waitedMs} ms after its settle, and has no event`,
    );
  }
}

/** Runs a seed to its end, or to the first broken promise. Never rejects for what the code under test does. */
export async function runSeed(options: RunOptions): Promise<RunResult> {
  const run = new Run(options);
  const { scheduler, store, verdict } = run;
  const unbind = bindTime(scheduler, () => store.now());
  const length = chanceOf(options.seed, 5).between(40, 120);
  const most = Math.min(options.prefix ?? length, length);
  let actions = 0;
  try {
    run.providers.takeOver();
    judgePeriods(chanceOf(options.seed, 6), verdict);
    for (const node of run.nodes) node.start();
    await run.passTime(200);
    while (actions < most && verdict.violation === null) {
      const pauseMs = act(run, actions);
      actions += 1;
      await run.passTime(pauseMs);
    }
    if (verdict.violation === null) await calmDown(run);
  } finally {
    unbind();
  }
  return {
    seed: options.seed,
    actions,
    steps: scheduler.stepsRun,
    violation: verdict.violation,
    story: verdict.story,
  };
}
