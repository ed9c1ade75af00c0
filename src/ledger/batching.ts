/** Group commit: operations that come together are made durable together, so one fsync serves many calls. */
import { AppError } from "../core/errors.ts";
import type { Operation } from "./ledger.ts";
import type { Answer } from "./rules.ts";

/** More in one batch would make its first caller wait longer than its share. */
const BATCH_MOST = 256;
/** One is at the disk while the next is on its way. */
const IN_FLIGHT_MOST = 2;
/** Some seconds of work: who comes after that is refused at once, not left to time out. */
const WAITING_MOST = 20_000;

export type Outcome = Answer | Error;

export interface Batching {
  /** Rejects (`enforcement_unavailable`) when too much waits, when stopped, or when the database is away. */
  submit(operation: Operation): Promise<Answer>;
  /** Takes nothing more, and resolves when all that was taken has its answer. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly operation: Operation;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: Error) => void;
}

/** `commit` makes one batch durable and gives an outcome for each operation, in order. */
export function batching(
  commit: (operations: readonly Operation[]) => Promise<readonly Outcome[]>,
): Batching {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let isScheduled = false;
  let isStopped = false;
  let whenIdle: (() => void) | undefined;

  const schedule = (): void => {
    if (isScheduled || inFlight >= IN_FLIGHT_MOST || waiting.length === 0) return;
    isScheduled = true;
    // Whatever else this turn of the event loop brings still joins the batch.
    setImmediate(flush);
  };
  const flush = (): void => {
    isScheduled = false;
    const batch = waiting.slice(0, BATCH_MOST);
    waiting = waiting.slice(BATCH_MOST);
    inFlight += 1;
    commit(batch.map(({ operation }) => operation))
      .then((outcomes) => answerAll(batch, outcomes))
      .catch((fault: unknown) => {
        for (const { reject } of batch) reject(unavailable("The ledger is away.", fault));
      })
      .finally(() => {
        inFlight -= 1;
        schedule();
        if (inFlight === 0 && waiting.length === 0) whenIdle?.();
      });
    schedule();
  };
  return {
    submit: (operation) =>
      new Promise((resolve, reject) => {
        if (isStopped) reject(unavailable("Purser is stopping."));
        else if (waiting.length >= WAITING_MOST) reject(unavailable("The ledger is overloaded."));
        else {
          waiting.push({ operation, resolve, reject });
          schedule();
        }
      }),
    stop: () => {
      isStopped = true;
      if (inFlight === 0 && waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        whenIdle = resolve;
      });
    },
  };
}

function answerAll(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) reject(unavailable("The ledger gave no answer."));
    else if (outcome instanceof AppError) reject(outcome);
    else if (outcome instanceof Error) reject(unavailable("The ledger failed.", outcome));
    else resolve(outcome);
  }
}

function unavailable(what: string, cause?: unknown): AppError {
  return new AppError(
    "enforcement_unavailable",
    `${what} Nothing can be allowed without it; try again shortly.`,
    {},
    { cause },
  );
}
