/** The simulated clients: they call, hold, settle and tell, hear nothing now and then, and then ask again elsewhere. */
import { factsTold, holdCall, settleHeld } from "../../src/call/hold.ts";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import type { CallScope } from "../../src/core/limits/limit.ts";
import type { Payer } from "../../src/ledger/ledger.ts";
import type { Chance } from "./chance.ts";
import { drawCall } from "./client-call.ts";
import { ClientReply } from "./client-reply.ts";
import { drawPayer, drawScope, drawTold } from "./drawn-usage.ts";
import type { Boot, SimulatedNode } from "./node.ts";
import { PRICES } from "./prices.ts";
import type { Run } from "./run.ts";

/** A hold that a client has made over HTTP, as it knows it. */
interface OwnHold {
  readonly id: CallId;
  readonly payer: Payer;
  readonly scope: CallScope;
  readonly at: Instant;
  readonly sourceId: string | null;
}

const PATIENCE_MS = 8_000;
const TRIES_MOST = 4;
const LOST = "6: nothing acknowledged is lost";

export class Clients {
  readonly holds: OwnHold[] = [];
  /** Events that a client was told of. */
  readonly acknowledged = new Set<CallId>();
  /** By then nobody sends anything any more. */
  quietAtMs = 0;
  readonly #run: Run;
  #told = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  call(chance: Chance): void {
    const { nodes, world } = this.#run;
    const customerId = chance.pick(world.customers);
    this.#call(chance, { node: chance.pick(nodes), customerId, withinMs: 20 });
  }

  /** Many at once at one node, by one customer: they meet in one batch. */
  burst(chance: Chance): void {
    const { nodes, world } = this.#run;
    const at = { node: chance.pick(nodes), customerId: chance.pick(world.customers), withinMs: 1 };
    for (let calls = chance.between(2, 6); calls > 0; calls -= 1) this.#call(chance, at);
  }

  #call(
    chance: Chance,
    at: { node: SimulatedNode; customerId: CustomerId; withinMs: number },
  ): void {
    const run = this.#run;
    const { node, customerId, withinMs } = at;
    const call = drawCall(chance, { customerId, number: run.calls.length + 1 });
    run.calls.push(call);
    run.providers.calls.set(`call-${call.number}`, call);
    run.verdict.say(
      () =>
        `client: ${customerId} calls ${call.provider} (${call.number}, ${call.kind}) at ${node.nodeId}`,
    );
    const { boot } = node;
    if (boot === null || !boot.isReady) return;
    run.scheduler.after(
      run.chance.below(withinMs),
      () => {
        const { scheduler } = run;
        const whenEnded = () => run.answered(call);
        node.call(call, new ClientReply({ call, chance: run.chance, scheduler, whenEnded }));
      },
      boot,
    );
  }

  hold(chance: Chance): void {
    const { world } = this.#run;
    // Now and then under the own id of an earlier hold, which may be released by now.
    const again = chance.percent(25) ? this.#drawHold(chance) : null;
    const payer = again?.payer ?? drawPayer(chance, world);
    const scope = drawScope(chance);
    const sourceId = again?.sourceId ?? (chance.percent(40) ? `own-${chance.below(4)}` : null);
    const spec = {
      id: this.#run.newId(),
      payer,
      scope,
      inputTokens: chance.below(400),
      outputTokens: chance.percent(80) ? chance.below(4_000) : null,
      units: {},
      ttlMs: chance.weigh([
        [chance.between(5_000, 120_000), 3],
        [chance.between(1, 24) * 3_600_000, 1],
      ]),
      ...(sourceId === null ? {} : { sourceId }),
    };
    this.ask(
      chance,
      () => `${payer.customerId} holds ${spec.id} for ${scope.provider}`,
      ({ ports }) => holdCall(spec, ports),
      (reserved) => {
        if (!reserved.ok) return;
        const { id, at } = reserved.held;
        this.#mustBeThere(id);
        if (this.holds.some((own) => own.id === id)) return;
        this.holds.push({ id, payer, scope, at, sourceId });
      },
    );
  }

  settle(chance: Chance): void {
    const own = this.#drawHold(chance);
    if (own === null) {
      this.hold(chance);
      return;
    }
    const told = drawTold(chance, own.scope);
    this.ask(
      chance,
      () => `settles ${own.id}`,
      ({ ports }) => settleHeld({ id: own.id, scope: own.scope, at: own.at, told }, ports),
      (answer) => answer.kind === "settled" && this.#acknowledge(answer.event.id),
    );
  }

  release(chance: Chance): void {
    const own = this.#drawHold(chance);
    if (own === null) {
      this.hold(chance);
      return;
    }
    this.ask(
      chance,
      () => `releases ${own.id}`,
      ({ ledger }) =>
        ledger.release({ kind: "release", id: own.id, reason: "unused", onlyExternal: true }),
      () => {},
    );
  }

  /** Somebody over HTTP tries to end what is not theirs to end, or was never there. */
  meddle(chance: Chance): void {
    const { calls } = this.#run;
    const id = calls.length === 0 ? null : chance.pick(calls).id;
    const operation = {
      kind: "release",
      id: id ?? (`nobody-${chance.below(9)}` as CallId),
      reason: "",
      onlyExternal: true,
    } as const;
    this.ask(
      chance,
      () => `meddles with ${operation.id}`,
      ({ ledger }) => ledger.release(operation),
      () => {},
    );
  }

  record(chance: Chance): void {
    const { world, store } = this.#run;
    const payer = drawPayer(chance, world);
    const scope = drawScope(chance);
    const own = chance.percent(25) ? this.#drawHold(chance) : null;
    const sourceId = own?.sourceId ?? `told-${chance.below(10)}`;
    const now = store.now();
    const timestamp = chance.weigh<number | null>([
      [null, 3],
      [now - chance.below(3_600_000), 2],
      [now - chance.below(50 * 86_400_000), 2],
      // Within the five minutes that clocks may be ahead, as a rule: the ledger's may be set back meanwhile.
      [now + chance.below(60_000), 1],
      [now + chance.below(12 * 60_000), 1],
    ]);
    const at = instant(Math.max(0, timestamp ?? now));
    const facts = factsTold({ scope, at, told: drawTold(chance, scope) }, { prices: PRICES });
    const operation = {
      kind: "record",
      id: this.#run.newId(),
      payer: own?.payer ?? payer,
      ...(chance.percent(75) ? { sourceId } : {}),
      scope,
      endpoint: scope.operation,
      source: "event",
      streamed: false,
      ...(timestamp === null ? {} : { timestamp: at }),
      facts,
    } as const;
    this.ask(
      chance,
      () => `tells of ${operation.id} after the fact`,
      ({ ledger }) => ledger.record(operation),
      (answer) => this.#acknowledge(answer.event.id),
    );
  }

  correct(chance: Chance): void {
    const events = [...this.#run.store.rows.events.values()];
    const row = events.length === 0 ? null : chance.pick(events);
    const { usage = {}, cost = 0n } = row?.event.facts ?? {};
    const isLess = chance.percent(50);
    const input = isLess ? -chance.below((usage.input ?? 0) + 2) : chance.below(2_000);
    const operation = {
      kind: "correct",
      eventId: row?.event.id ?? ("nobody" as CallId),
      reason: "the provider's bill",
      sourceId: `correction-${chance.below(3)}`,
      usageDelta: input === 0 ? {} : { input },
      costDelta: isLess ? -(cost / 2n) : BigInt(chance.below(9_000_000)),
    } as const;
    this.ask(
      chance,
      () => `corrects ${operation.eventId} by ${input}`,
      ({ ledger }) => ledger.correct(operation),
      () => {},
    );
  }

  #drawHold(chance: Chance): OwnHold | null {
    return this.holds.length === 0 ? null : chance.pick(this.holds);
  }

  #acknowledge(id: CallId): void {
    this.acknowledged.add(id);
    const { store, verdict } = this.#run;
    verdict.check(
      store.rows.events.has(id),
      LOST,
      () => `${id} was acknowledged, and is not there`,
    );
  }

  #mustBeThere(id: CallId): void {
    const { store, model } = this.#run;
    const { holds, events } = store.rows;
    const isThere = holds.has(id) || events.has(id) || model.log.forgotten.has(id);
    this.#run.verdict.check(isThere, LOST, () => `${id} was granted, and is not there`);
  }

  /** Sends it to a node, and again to another where no answer comes; some answers come twice, or in another order. */
  ask<Answer>(
    chance: Chance,
    words: () => string,
    run: (boot: Boot) => Promise<Answer>,
    heard: (answer: Answer) => unknown,
  ): void {
    this.#told += 1;
    this.quietAtMs = this.#run.scheduler.nowMs + PATIENCE_MS * TRIES_MOST;
    const { scheduler, verdict } = this.#run;
    const number = this.#told;
    const isSentTwice = chance.percent(12);
    let isOver: boolean = false;
    verdict.say(() => `client: ${words()} (${number})`);
    const attempt = (tries: number): void => {
      if (isOver || tries > TRIES_MOST) return;
      this.#send(run, (answer) => {
        isOver = true;
        heard(answer);
      });
      scheduler.after(PATIENCE_MS, () => attempt(tries + 1), null);
    };
    attempt(1);
    if (isSentTwice) scheduler.after(chance.below(30_000), () => this.#send(run, heard), null);
  }

  #send<Answer>(run: (boot: Boot) => Promise<Answer>, heard: (answer: Answer) => unknown): void {
    const { scheduler, chance, nodes, verdict } = this.#run;
    const { boot } = chance.pick(nodes);
    if (boot === null || !boot.isReady) return;
    const isLost = chance.percent(6);
    const hear = (answer: Answer): void => {
      if (isLost) verdict.say(() => "network: an answer to a client is lost");
      else scheduler.after(chance.below(40), () => heard(answer), null);
    };
    scheduler.after(
      chance.below(40),
      () => {
        run(boot).then(hear, (fault: unknown) =>
          verdict.say(() => `${boot.name}: refuses a client: ${fault}`),
        );
      },
      boot,
    );
  }
}
