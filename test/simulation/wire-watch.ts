/** Looks whether operations and answers are the same at both ends of the wire between a node and its database. */
import { isDeepStrictEqual } from "node:util";
import type { Ledger, Operation } from "../../src/ledger/ledger.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import type { Verdict } from "./verdict.ts";

const PROMISE = "what is asked and answered arrives as it was sent";

export class WireWatch {
  readonly #verdict: Verdict;
  readonly #sent = new Map<string, Operation[]>();
  readonly #answered = new Map<string, Answer[]>();

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  /** The same door; what goes through it is looked at. */
  over(ledger: Ledger): Ledger {
    const watched =
      <Asked extends Operation, Told extends Answer>(ask: (operation: Asked) => Promise<Told>) =>
      (operation: Asked): Promise<Told> => {
        add(this.#sent, operation, operation);
        return ask(operation).then((answer) => {
          this.#mustBe(this.#answered, operation, answer);
          return answer;
        });
      };
    return {
      reserve: watched(ledger.reserve),
      settle: watched(ledger.settle),
      defer: watched(ledger.defer),
      release: watched(ledger.release),
      record: watched(ledger.record),
      correct: watched(ledger.correct),
      expire: ledger.expire,
      repair: ledger.repair,
      preflight: ledger.preflight,
      look: watched(ledger.look),
      raise: watched(ledger.raise),
    };
  }

  committed(operation: Operation, answer: Answer): void {
    if (operation.kind === "expire") return;
    this.#mustBe(this.#sent, operation, operation);
    add(this.#answered, operation, answer);
  }

  #mustBe<One>(known: ReadonlyMap<string, readonly One[]>, operation: Operation, one: One): void {
    const isKnown = known.get(nameOf(operation))?.some((other) => isDeepStrictEqual(other, one));
    this.#verdict.check(isKnown === true, PROMISE, () => nameOf(operation));
  }
}

function add<One>(to: Map<string, One[]>, operation: Operation, one: One): void {
  const known = to.get(nameOf(operation));
  if (known === undefined) to.set(nameOf(operation), [one]);
  else known.push(one);
}

function nameOf(operation: Operation): string {
  const id = "id" in operation ? operation.id : "eventId" in operation ? operation.eventId : "";
  return `${operation.kind} ${id}`;
}
