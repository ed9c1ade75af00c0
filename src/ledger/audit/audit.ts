/** Recounts every counter and roll-up from the log, and says where they differ from it; while calls go on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CustomerId } from "../../core/ids.ts";
import type { Store } from "../../store/store.ts";
import { closedBefore } from "./closed-before.ts";
import { type Difference, seenAgain } from "./difference.ts";
import { lookAtCustomer, type Progress } from "./look-at-customer.ts";
import { nextCustomer } from "./next-places.ts";
import { SharedCounters } from "./shared-counters.ts";

export type { Difference } from "./difference.ts";

export interface AuditStep {
  /** Everything so far. */
  readonly progress: Readonly<Progress>;
  /** Found since the step before; each is sure. */
  readonly differences: readonly Difference[];
}

/** Further looks that must show a difference just as it was. */
const LOOKS_MORE = 2;
const PAUSE_MS = 100;

/** All differences; [] when all is well. */
export async function audit(store: Store): Promise<Difference[]> {
  const all: Difference[] = [];
  for await (const { differences } of auditSteps(store)) all.push(...differences);
  return all;
}

/**
 * Works through the customers and ends with the counters that they share. Each step is bounded, some milliseconds of the
 * reader's time, so whoever drives it may pause, or stop, between any two. Windows under a day may have begun after
 * events that they would cover (DESIGN.md), so their `used` is checked from above only. Throws what the store throws.
 */
export async function* auditSteps(
  store: Store,
  { pauseMs = PAUSE_MS }: { readonly pauseMs?: number } = {},
): AsyncGenerator<AuditStep> {
  const progress: Progress = { customers: 0, events: 0, counters: 0, rollups: 0 };
  const step = (differences: readonly Difference[] = []): AuditStep => ({
    progress: { ...progress },
    differences,
  });
  const closed = await closedBefore(store);
  const shared = await SharedCounters.open(store);
  let customerId = await nextCustomer(store, "");
  while (customerId !== null) {
    const looks = confirmed(store, customerId, { progress, shared, pauseMs });
    let look = await looks.next();
    for (; look.done !== true; look = await looks.next()) yield step();
    progress.customers += 1;
    yield step(look.value);
    customerId = await nextCustomer(store, customerId);
  }
  progress.counters += shared.size;
  // A month that was closed meanwhile was read as events of some customers and as balances of others, or as neither.
  if ((await closedBefore(store)) !== closed) return yield step();
  let suspects: readonly Difference[] = shared.differences();
  for (let again = 0; again < LOOKS_MORE && suspects.length > 0; again += 1) {
    await sleep(pauseMs);
    const looks = shared.lookAgain();
    let look = await looks.next();
    for (; look.done !== true; look = await looks.next()) yield step();
    suspects = seenAgain(suspects, look.value);
  }
  yield step(suspects);
}

/** Looks at a customer, and looks again as long as something is off: what is off each time alike is a fault. */
async function* confirmed(
  store: Store,
  customerId: CustomerId,
  to: { readonly progress: Progress; readonly shared: SharedCounters; readonly pauseMs: number },
): AsyncGenerator<void, readonly Difference[]> {
  const { progress, shared, pauseMs } = to;
  const alsoPost = shared.size === 0 ? null : shared.post.bind(shared);
  let suspects: readonly Difference[] = yield* lookAtCustomer(store, customerId, {
    progress,
    alsoPost,
  });
  for (let again = 0; again < LOOKS_MORE && suspects.length > 0; again += 1) {
    await sleep(pauseMs);
    const unseen: Progress = { customers: 0, events: 0, counters: 0, rollups: 0 };
    const look = yield* lookAtCustomer(store, customerId, { progress: unseen, alsoPost: null });
    suspects = seenAgain(suspects, look);
  }
  return suspects;
}
