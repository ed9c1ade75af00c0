/** The independent model: told of every commit, it says what each answer and each row must be, by adding up its log. */

import { AppError } from "../../src/core/errors.ts";
import type { CallId } from "../../src/core/ids.ts";
import { DAY_MS } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { Expire, Operation, Reserve, UsageEvent } from "../../src/ledger/ledger.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import { boundsOfLook, ModelAlerts } from "./model-alerts.ts";
import { isTooFarAhead, leavesLess, ModelEndings } from "./model-endings.ts";
import { type ModelCall, ModelLog, textOf } from "./model-log.ts";
import { PROMISE_OF, subjectsOf } from "./model-operations.ts";
import { type Expected, expectedOf, wrongReserve } from "./model-reserve.ts";
import { judgeRollups } from "./model-rollups.ts";
import type { Commit, Judge, Refused, SimulatedStore } from "./store.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

/** A boot that has not been heard of for this long is dead: DESIGN.md, promise 7. */
const DEAD_AFTER_MS = 30_000;

export class Model implements Judge {
  readonly log: ModelLog;
  readonly #store: SimulatedStore;
  readonly #verdict: Verdict;
  readonly #endings: ModelEndings;
  readonly #alerts: ModelAlerts;

  constructor(parts: { world: World; store: SimulatedStore; verdict: Verdict }) {
    this.#store = parts.store;
    this.#verdict = parts.verdict;
    this.log = new ModelLog(parts.world);
    this.#endings = new ModelEndings(this.log);
    this.#alerts = new ModelAlerts(this.log, parts.verdict);
  }

  committed(commit: Commit): void {
    const { at, operations, answers, changes } = commit;
    const from = this.log.entries.length;
    const due = new Set(this.#dueIn(commit));
    for (const operation of operations)
      if (operation.kind === "reserve" || operation.kind === "record")
        this.log.ask(this.log.boundsOf(operation.payer, operation.scope, at));
      else if (operation.kind === "look") this.log.ask(boundsOfLook(this.log, operation, at));
    const refused = new Set<string>();
    for (const [index, operation] of operations.entries()) {
      const answer = answers[index];
      if (answer === undefined) {
        this.#verdict.fail("an answer each", operation.kind);
        return;
      }
      const wrong = this.#judgeOne(operation, answer, { commit, due, refused });
      this.#verdict.check(wrong === null, PROMISE_OF[operation.kind], () =>
        wordsOf(operation, wrong),
      );
    }
    this.#forget(operations, at);
    this.#judgeEvents(changes.events);
    judgeRollups(changes.rollups, this.log.entries.slice(from), this.#verdict);
    const denied = answers.filter(({ kind }) => kind === "denied").length;
    this.#verdict.check(
      changes.denials.length === denied,
      "each refusal is counted",
      () => `${denied} refusals, ${changes.denials.length} counted`,
    );
    if (changes.counters.length > 0 || changes.holds.size > 0) this.judgeCounters(operations);
    const isSwept = operations.some(({ kind }) => kind === "expire");
    const lookedAt = [...(isSwept ? this.#deploymentAt(at) : []), ...this.#namesLookedAt(commit)];
    this.#alerts.judge(changes, { refused, lookedAt });
  }

  /** Only a correction below nothing, and a time too far ahead, cannot be applied at all. */
  refused({ at, operation, fault }: Refused): void {
    const isSaid = fault instanceof AppError && fault.code === "invalid_request";
    this.#verdict.check(
      isSaid && this.#isImpossible(operation, at),
      "the rules apply what they are given",
      () => `${operation.kind}: ${fault}`,
    );
  }

  #isImpossible(operation: Operation, at: number): boolean {
    if (operation.kind === "record")
      return this.#endings.knownTo(operation) === undefined && isTooFarAhead(operation, at);
    if (operation.kind !== "correct") return false;
    const call = this.log.calls.get(operation.eventId);
    return call !== undefined && leavesLess(call, operation);
  }

  #judgeOne(
    operation: Operation,
    answer: Answer,
    of: { commit: Commit; due: ReadonlySet<CallId>; refused: Set<string> },
  ): string | null {
    const { at } = of.commit;
    switch (operation.kind) {
      case "reserve":
        return this.#reserve(operation, answer, of);
      case "settle":
        return this.#endings.settle(operation, answer);
      case "defer":
        return this.#endings.defer(operation, answer, at);
      case "release":
        return this.#endings.release(operation, answer);
      case "record":
        return this.#endings.record(operation, answer, at);
      case "correct":
        return this.#endings.correct(operation, answer);
      case "expire":
        return this.#expire(answer, of.due, at);
      case "repair":
        return "nobody repairs anything here";
      case "preflight":
        return "nobody asks beforehand here";
      case "look":
        return answer.kind === "looked" ? null : answer.kind;
      case "raise":
        return this.#alerts.raise(operation, answer);
    }
  }

  #reserve(
    operation: Reserve,
    answer: Answer,
    { commit, refused }: { commit: Commit; refused: Set<string> },
  ): string | null {
    const known = this.#firstOf(operation);
    if (known !== undefined)
      return answer.kind === "granted" && answer.id === known.id && answer.at === known.at
        ? null
        : `${answer.kind}, not the first answer`;
    const expected = expectedOf(this.log, operation, commit.at);
    const wrong = wrongReserve(answer, expected);
    if (expected.kind === "denied") {
      for (const name of foundUsedUp(answer, expected)) refused.add(name);
      return wrong;
    }
    this.#hold(operation, expected, commit);
    this.log.name(operation, operation.id);
    return wrong;
  }

  /** The call whose answer it gets again. What was released is held no more, so its caller's own id begins another. */
  #firstOf(operation: Reserve): ModelCall | undefined {
    const same = this.log.calls.get(operation.id);
    if (same !== undefined) return same;
    const named = this.log.namedBy(operation);
    return named?.state === "released" ? undefined : named;
  }

  #hold(
    operation: Reserve,
    { held, sent }: Extract<Expected, { kind: "granted" }>,
    { at, nodeId, bootId }: Commit,
  ): void {
    const call = this.#endings.begin({ operation, at, id: operation.id });
    Object.assign(call, {
      state: "held",
      held,
      outputTokens: sent,
      owner: operation.owner === "external" ? "external" : `${nodeId}/${bootId}`,
      expiresAt: at + operation.ttlMs,
      expected: operation.expected,
    } satisfies Partial<typeof call>);
    this.log.pending.add(call);
  }

  #expire(answer: Answer, due: ReadonlySet<CallId>, at: number): string | null {
    const all = [...this.log.pending].filter(({ id }) => due.has(id));
    // What this very batch has let wait for its provider is not due any more.
    const ended = all.filter(({ owner, expiresAt }) => owner !== "provider" || expiresAt <= at);
    const count = answer.kind === "expired" ? answer.count : null;
    for (const call of ended) {
      const { usage, cost } = call.expected;
      this.#endings.end(call, {
        facts: { usage, cost: nanoUsd(cost), calls: 1, statusCode: 0 },
        source: call.owner === "external" ? "reservation" : "gateway",
        unconfirmed: true,
      });
    }
    return count === ended.length ? null : `${count} ended, not ${ended.length}`;
  }

  /** The holds that an expiry in this batch must end: past their deadline, or their owner is dead. */
  #dueIn({ operations, at, nodeId, bootId }: Commit): CallId[] {
    const expire = operations.find((one): one is Expire => one.kind === "expire");
    if (expire === undefined) return [];
    const due = [...this.log.pending].filter(({ expiresAt, owner }) => {
      if (expiresAt <= at) return true;
      if (owner === "external" || owner === "provider" || owner === `${nodeId}/${bootId}`)
        return false;
      if (expire.deadBoots && owner.split("/")[0] === nodeId) return true;
      const heardAt = this.#store.rows.heartbeats.get(owner);
      return heardAt === undefined || at - heardAt >= DEAD_AFTER_MS;
    });
    return due.map(({ id }) => id);
  }

  /** Tombstones of released holds are kept for a day after their deadline. */
  #forget(operations: readonly Operation[], at: number): void {
    if (!operations.some(({ kind }) => kind === "expire")) return;
    for (const [id, call] of this.log.calls) {
      if (call.state !== "released" || call.expiresAt >= at - DAY_MS) continue;
      this.log.calls.delete(id);
      this.log.forgotten.add(id);
    }
  }

  #judgeEvents(events: readonly UsageEvent[]): void {
    const made = this.#endings.made.splice(0);
    const by = new Map(events.map((event) => [event.id, event]));
    const promise = "5: one event a call";
    this.#verdict.check(
      events.length === made.length && by.size === events.length,
      promise,
      () => `${events.length} events written, ${made.length} due`,
    );
    for (const { call, overrun } of made) {
      const event = by.get(call.id);
      const isRight =
        event !== undefined &&
        event.customerId === call.customerId &&
        (event.keyId ?? "") === call.keyId &&
        event.at === call.at &&
        event.periodStart === call.periodStart &&
        event.unconfirmed === call.unconfirmed &&
        event.source === call.source;
      this.#verdict.check(isRight, promise, () => `the event of ${call.id} is not the call's`);
      this.#verdict.check(
        event?.overrun === overrun,
        "4: an overrun is never dropped",
        () => `${call.id}: overrun ${event?.overrun}, not ${overrun}`,
      );
    }
  }

  /** `touched` null: every counter. */
  judgeCounters(touched: readonly Operation[] | null): void {
    const subjects = touched === null ? null : subjectsOf(touched, this.log);
    for (const { counter } of this.log.asked.values()) {
      if (subjects !== null && !subjects.has(counter.subject)) continue;
      const name = textOf(counter);
      const row = this.#store.rows
        .counters(counter.subject, counter.windowStart as never)
        .find((one) => textOf(one) === name);
      const [used, held] = [this.log.used(counter), this.log.held(counter)];
      this.#verdict.check(
        row !== undefined && Number(row.used) === used && Number(row.held) === held,
        "5: counters are the sum of events, corrections and holds",
        () => `${name}: ${row?.used} used and ${row?.held} held, not ${used} and ${held}`,
      );
    }
  }

  /** Nodes that use a counter together may each see less than there is, so the sweeper looks at the deployment's. */
  #deploymentAt(at: number): string[] {
    return [...this.log.asked].flatMap(([name, { counter }]) => {
      const { subject, windowStart, windowEnd } = counter;
      return subject === "deployment" && windowStart <= at && at < windowEnd ? [name] : [];
    });
  }

  #namesLookedAt({ operations, at }: Commit): string[] {
    return operations.flatMap((one) =>
      one.kind === "look"
        ? boundsOfLook(this.log, one, at).map(({ counter }) => textOf(counter))
        : [],
    );
  }
}

/** The counter whose hard limit was blamed for being used up: the alert at 100 % is due. */
function foundUsedUp(answer: Answer, { by }: Extract<Expected, { kind: "denied" }>): string[] {
  if (answer.kind !== "denied" || answer.code !== "limit_reached") return [];
  return by
    .filter(({ bound }) => bound.limit === answer.limit)
    .map(({ bound }) => textOf(bound.counter));
}

function wordsOf(operation: Operation, wrong: string | null): string {
  const id = "id" in operation ? operation.id : "eventId" in operation ? operation.eventId : "";
  return `${operation.kind} ${id}: ${wrong}`;
}
