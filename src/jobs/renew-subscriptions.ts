/** Every few seconds, carries out what the clock owes subscriptions: renewals, scheduled changes, ends of trials and of grace. */
import {
  type DuePlace,
  type DueSubscription,
  readDueSubscriptions,
} from "../billing/due-subscriptions.ts";
import type { Subscriptions } from "../billing/subscriptions.ts";
import type { Instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { type Repeating, repeat } from "./repeat.ts";

const PORTION = 100;
/** At once: calls need the database too. */
const AT_ONCE = 4;

interface Renewing {
  readonly store: Store;
  readonly clock: { now(): Instant };
  readonly subscriptions: Pick<Subscriptions, "catchUp">;
  readonly onFault: (fault: unknown) => void;
}

/** Of several nodes one does it at a time; two at once would each renew what the other has not. */
export function startRenewals(
  options: Renewing & {
    readonly everyMs: number;
    /** Is it this node's work now? Left out: always. */
    readonly mayRun?: () => boolean;
  },
): Repeating {
  const { everyMs, mayRun = () => true, onFault } = options;
  return repeat({
    everyMs,
    mayRun,
    onFault,
    round: (isStopped) => renewDue(options, isStopped),
  });
}

/** Renews all that is due, portion by portion. What fails is reported, and the others are renewed all the same. */
export async function renewDue(
  by: Renewing,
  isStopped: () => boolean = () => false,
): Promise<void> {
  let after: DuePlace | null = null;
  while (!isStopped()) {
    const now = by.clock.now();
    const portion: readonly DueSubscription[] = await readDueSubscriptions(by.store, {
      now,
      after,
      most: PORTION,
    });
    await renewPortion(by, portion, isStopped);
    after = portion.at(-1) ?? null;
    if (after === null) return;
  }
}

async function renewPortion(
  { subscriptions, onFault }: Renewing,
  portion: readonly DueSubscription[],
  isStopped: () => boolean,
): Promise<void> {
  for (let at = 0; at < portion.length && !isStopped(); at += AT_ONCE) {
    const some = portion.slice(at, at + AT_ONCE);
    const ends = await Promise.allSettled(
      some.map(({ customerId }) => subscriptions.catchUp(customerId)),
    );
    for (const end of ends) if (end.status === "rejected") onFault(end.reason);
  }
}
