/** Makes a customer of the demo at their time, with their keys, as the operator's backend would. */
import type { PurserClient } from "../../client/client.ts";
import { DAY_MS, type Instant, instant } from "../../core/instant.ts";
import { usagePeriod } from "../../core/periods/usage-period.ts";
import type { CustomerDeed } from "./deed.ts";
import type { Span } from "./draw-calls.ts";
import type { Profile } from "./profile.ts";

/** When they came: from then on their usage periods count, since what an operator grants does not move them. */
export function spanOf(profile: Profile, now: Instant): Span {
  const present = instant(Math.round(now - profile.daysInto * DAY_MS));
  return { begin: usagePeriod(present, -profile.months).start, now };
}

/** A key of a customer; its text is shown where it is made, and never again. */
export interface MadeKey {
  readonly userId: string;
  readonly name: string;
  readonly id: string;
  readonly key: string;
}

/** Everything that happens to them, with what they do themselves; `made` is given each key. */
export function deedsOf(
  profile: Profile,
  span: Span,
  made: (key: MadeKey) => void,
): readonly CustomerDeed[] {
  const ago = (at: Instant): number => (span.now - at) / DAY_MS;
  const { freeDays = 0, plan, deeds = [] } = profile;
  const begins = ago(span.begin);
  const subscribes: CustomerDeed[] =
    freeDays === 0 || plan === "free"
      ? []
      : [{ daysAgo: begins - freeDays, act: (purser) => subscribe(purser, profile) }];
  return [
    { daysAgo: begins, act: (purser) => create(purser, profile, made) },
    ...subscribes,
    ...deeds,
    ...revocationsOf(profile),
  ];
}

async function create(
  purser: PurserClient,
  profile: Profile,
  made: (key: MadeKey) => void,
): Promise<void> {
  const { userId, name, email, plan, freeDays = 0, keys = [{ name: "app", weight: 1 }] } = profile;
  const isSubscribed = freeDays === 0 && plan !== "free" && profile.trialDays === undefined;
  await purser.admin.createCustomer({
    id: userId,
    name,
    email,
    metadata: { demo: true },
    ...(isSubscribed ? { plan_id: plan, billing_cycle: profile.cycle ?? "monthly" } : {}),
  });
  if (profile.trialDays !== undefined) await subscribe(purser, profile);
  for (const { name: of, budget } of keys) {
    const limits = budget === undefined ? [] : [{ meter: "calls" as const, max: budget }];
    const { id, key } = await purser.admin.createCustomerKey(userId, { name: of, limits });
    made({ userId, name: of, id, key });
  }
}

function subscribe(purser: PurserClient, { userId, plan, cycle, trialDays }: Profile) {
  return purser.subscribe(userId, {
    plan_id: plan,
    billing_cycle: cycle ?? "monthly",
    ...(trialDays === undefined ? {} : { trial_days: trialDays }),
  });
}

function revocationsOf({ keys = [] }: Profile): readonly CustomerDeed[] {
  return keys.flatMap(({ name, revokedDaysAgo }) =>
    revokedDaysAgo === undefined
      ? []
      : [
          {
            daysAgo: revokedDaysAgo,
            act: async (purser: PurserClient, userId: string) => {
              const { keys: all } = await purser.keys(userId);
              const id = all.find((key) => key.name === name)?.id;
              if (id !== undefined) await purser.revokeKey(userId, id);
            },
          },
        ],
  );
}
