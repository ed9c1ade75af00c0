/** The door of subscriptions: what is there as of now, and changes of it, each made once whoever else changes it too. */
import { type StepOfCustomer, stepStatements } from "../access/subscription-row.ts";
import { AppError } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import { act } from "../core/subscriptions/act.ts";
import type { Action } from "../core/subscriptions/action.ts";
import { asOf, dueStep } from "../core/subscriptions/due-step.ts";
import type { Refusal } from "../core/subscriptions/outcome.ts";
import type { Renewal, Step } from "../core/subscriptions/step.ts";
import type { OpenSubscription, Subscription } from "../core/subscriptions/subscription.ts";
import {
  type SubscriptionJson,
  subscriptionToJson,
} from "../core/subscriptions/subscription-json.ts";
import { type Store, UniqueViolation } from "../store/store.ts";
import { readRevision, readSubscription, type StoredSubscription } from "./read-subscription.ts";
import { usageBetween } from "./usage-between.ts";

export interface SubscriptionOwner {
  readonly id: CustomerId;
  readonly usageAnchor: Instant;
}

/** Who wants a change: a customer for themself, or the operator. `actor` names them in the audit log. */
export interface ChangeAsker {
  readonly actor: string;
  readonly by: "customer" | "operator";
}

export type ChangeAnswer =
  | {
      readonly kind: "done";
      /** false: it was so already. */
      readonly changed: boolean;
      /** As it is now; one that has just ended too. */
      readonly shown: SubscriptionJson;
      readonly state: Subscription;
      /** As it was, and the instant of the change. */
      readonly before: OpenSubscription | null;
      readonly at: Instant;
    }
  | { readonly kind: "refused"; readonly why: Refusal };

export interface Subscriptions {
  /** As of now, whether the job has run or not; null: the customer has none. */
  read(customerId: CustomerId): Promise<StoredSubscription | null>;
  /** Carries out what the clock is owed, then the action: all or none. Throws `conflict` where others change it all the time. */
  change(owner: SubscriptionOwner, action: Action, asker: ChangeAsker): Promise<ChangeAnswer>;
  /** Carries out what the clock is owed. Resolves with how many changes that were. */
  catchUp(customerId: CustomerId): Promise<number>;
}

interface SubscriptionPorts {
  readonly store: Store;
  readonly clock: { now(): Instant };
}

/** Others may change it at the same moment: then it is read again. */
const ATTEMPTS_MOST = 25;
/** Of one transaction: years of downtime are caught up with in several. */
const STEPS_MOST = 40;
const BY_THE_CLOCK = "job";

export function createSubscriptions(ports: SubscriptionPorts): Subscriptions {
  const { store, clock } = ports;
  return {
    async read(customerId) {
      const stored = await readSubscription(store, customerId);
      if (stored === null) return null;
      const state = asOf(stored.state, clock.now());
      return state === null ? null : { id: stored.id, state };
    },
    change: (owner, action, asker) => change(ports, owner, action, asker),
    async catchUp(customerId) {
      const owner = await readOwner(store, customerId);
      let steps = 0;
      for (;;) {
        const done = await again(() => catchUpOnce(ports, owner));
        steps += done;
        if (done < STEPS_MOST) return steps;
      }
    },
  };
}

async function change(
  ports: SubscriptionPorts,
  owner: SubscriptionOwner,
  action: Action,
  asker: ChangeAsker,
): Promise<ChangeAnswer> {
  for (;;) {
    const answer = await again(() => changeOnce(ports, owner, action, asker));
    if (answer !== "more is due") return answer;
  }
}

async function changeOnce(
  ports: SubscriptionPorts,
  owner: SubscriptionOwner,
  action: Action,
  asker: ChangeAsker,
): Promise<ChangeAnswer | "more is due"> {
  const now = ports.clock.now();
  const found = await readDue(ports.store, owner.id, now);
  if (found.isCut) {
    await write(ports, owner, found, now);
    return "more is due";
  }
  const { current, stored } = found;
  const before = current === null || current.status === "canceled" ? null : current;
  const outcome = act(before, action, { now, by: asker.by });
  if (outcome.kind === "refused") return outcome;
  if (outcome.kind === "unchanged") {
    if (before === null || stored === null) return { kind: "refused", why: "no_subscription" };
    const shown = subscriptionToJson(stored.id, before);
    return { kind: "done", changed: false, shown, state: before, before, at: now };
  }
  const own = outcome.steps.map((step) => ({ step, actor: asker.actor }));
  await write(ports, owner, { ...found, due: [...found.due, ...own] }, now);
  const last = own.at(-1)?.step;
  if (last === undefined) throw new Error("A change has a step.");
  const id = last.begins ? (await readSubscription(ports.store, owner.id))?.id : stored?.id;
  // Begun and ended by somebody else since: it has no number to be asked about any more.
  if (id === undefined) return { kind: "refused", why: "no_subscription" };
  const shown = subscriptionToJson(id, last.after);
  return { kind: "done", changed: true, shown, state: last.after, before, at: now };
}

async function catchUpOnce(ports: SubscriptionPorts, owner: SubscriptionOwner): Promise<number> {
  const now = ports.clock.now();
  const found = await readDue(ports.store, owner.id, now);
  await write(ports, owner, found, now);
  return found.due.length;
}

interface ActedStep {
  readonly step: Step;
  readonly actor: string;
}

interface Found {
  readonly revision: number;
  readonly stored: StoredSubscription | null;
  /** What the clock owes it, oldest first; cut off at `STEPS_MOST`. */
  readonly due: readonly ActedStep[];
  readonly isCut: boolean;
  /** After those. */
  readonly current: Subscription | null;
}

async function readDue(store: Store, customerId: CustomerId, now: Instant): Promise<Found> {
  // Read first, so that a change made in between is found out when the next revision is written.
  const revision = await readRevision(store, customerId);
  const stored = await readSubscription(store, customerId);
  const due: ActedStep[] = [];
  let current: Subscription | null = stored?.state ?? null;
  while (due.length < STEPS_MOST && current !== null && current.status !== "canceled") {
    const step = dueStep(current, now);
    if (step === null) return { revision, stored, due, isCut: false, current };
    due.push({ step, actor: BY_THE_CLOCK });
    current = step.after;
  }
  return { revision, stored, due, isCut: due.length >= STEPS_MOST, current };
}

async function write(
  { store }: SubscriptionPorts,
  owner: SubscriptionOwner,
  found: Found,
  now: Instant,
): Promise<void> {
  if (found.due.length === 0) return;
  const written = await Promise.all(
    found.due.map(async ({ step, actor }, at): Promise<StepOfCustomer> => {
      const { renewal } = step;
      return {
        customerId: owner.id,
        step,
        actor,
        subscriptionId: step.begins ? null : (found.stored?.id ?? null),
        revision: found.revision + at + 1,
        usageBefore: renewal === null ? null : await usageBefore(store, owner, step, renewal),
        now,
      };
    }),
  );
  await store.write(written.flatMap((one) => stepStatements(store, one)));
}

/** null: no period came before. */
async function usageBefore(
  store: Store,
  owner: SubscriptionOwner,
  step: Step,
  { previousPeriod }: Renewal,
): Promise<StepOfCustomer["usageBefore"]> {
  if (previousPeriod === null) return null;
  const isFirst = previousPeriod.start <= step.after.createdAt;
  const of = { customerId: owner.id, usageAnchor: owner.usageAnchor, isFirst };
  return usageBetween(store, of, previousPeriod);
}

async function again<Result>(once: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (cause) {
      if (!(cause instanceof UniqueViolation)) throw cause;
      if (attempt < ATTEMPTS_MOST) continue;
      const message = "The subscription is being changed by others at this moment. Try again.";
      throw new AppError("conflict", message, {}, { cause });
    }
  }
}

async function readOwner({ db }: Store, id: CustomerId): Promise<SubscriptionOwner> {
  const row = await db
    .selectFrom("customers")
    .select("usage_anchor")
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new AppError("internal", "There is no such customer.");
  return { id, usageAnchor: instant(Number(row.usage_anchor)) };
}
