/** Sends to many receivers side by side: one message at a time to each, all mail through one lane. */
import type { Head } from "./read-heads.ts";

export interface Lanes {
  /** Looks at these receivers as soon as there is room. One that is looked at already is looked at once more. */
  offer(heads: readonly Head[]): void;
  /** Resolves once nothing runs and nothing waits for room. */
  idle(): Promise<void>;
  /** Breaks off what runs, and forgets what waits for room. */
  abort(): void;
}

/**
 * Every channel has a lane of its own, so that however many are silent nobody waits for them; there are a hundred at most.
 * `work` makes one attempt and resolves with whether more is due there. What it throws is reported by itself.
 */
export function createLanes(
  work: (receiver: string, signal: AbortSignal) => Promise<boolean>,
): Lanes {
  const waiting = new Map<string, Head>();
  const running = new Map<string, Head>();
  let breaking = new AbortController();
  let idlers: (() => void)[] = [];

  const hasRoom = ({ receiver, isMail }: Head): boolean => {
    if (running.has(receiver)) return false;
    return !(isMail && [...running.values()].some((other) => other.isMail));
  };
  const start = (): void => {
    for (const head of waiting.values()) {
      if (hasRoom(head)) void run(head);
    }
    if (running.size > 0 || waiting.size > 0) return;
    for (const idler of idlers.splice(0)) idler();
  };
  const run = async (head: Head): Promise<void> => {
    const { receiver } = head;
    const { signal } = breaking;
    waiting.delete(receiver);
    running.set(receiver, head);
    try {
      const isMoreDue = await work(receiver, signal);
      // At the end of the line: the others had to wait as well.
      if (isMoreDue && !signal.aborted) waiting.set(receiver, head);
    } finally {
      running.delete(receiver);
      start();
    }
  };
  return {
    offer(heads) {
      for (const head of heads) waiting.set(head.receiver, head);
      start();
    },
    idle() {
      if (running.size === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idlers = [...idlers, resolve];
      });
    },
    abort() {
      waiting.clear();
      if (running.size === 0) return;
      breaking.abort();
      breaking = new AbortController();
    },
  };
}
