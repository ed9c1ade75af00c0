/** Writes what must not be lost: tries until it is durable, while the client waits for some seconds at most. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../core/instant.ts";
import type { CallPorts } from "./call.ts";

/** If the ledger is away this long, the client gets its answer and writing goes on behind it. */
const CLIENT_WAITS_MS = 5_000;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 5_000;

/** What was answered, or null where the ledger was away for 5 s, or until the hold's deadline. */
export function untilDurable<Answer>(
  writing: { write: () => Promise<Answer>; until: Instant; during: string },
  ports: Pick<CallPorts, "clock" | "fault">,
): Promise<Answer | null> {
  return firstWithin(retried(writing, ports), CLIENT_WAITS_MS);
}

async function retried<Answer>(
  writing: { write: () => Promise<Answer>; until: Instant; during: string },
  ports: Pick<CallPorts, "clock" | "fault">,
): Promise<Answer | null> {
  for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_MOST_MS)) {
    try {
      return await writing.write();
    } catch (cause) {
      ports.fault(cause, writing.during);
      // Past its deadline the hold has become an event at expected usage; the ledger would only correct that.
      if (ports.clock.now() > writing.until) return null;
      await sleep(waitMs, undefined, { ref: false });
    }
  }
}

async function firstWithin<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
