/** Draws the calls that a customer makes between two instants. */
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../core/instant.ts";
import type { CallScope } from "../../core/limits/limit.ts";
import type { Period } from "../../core/periods/period.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import type { Usage } from "../../core/usage.ts";
import { drawUse, type ModelUse } from "./model-use.ts";
import { drawFailure, isOutage } from "./outages.ts";
import { callsInHour } from "./pace.ts";
import type { Profile, ProfileKey, Weighed } from "./profile.ts";
import { type Seeded, seeded } from "./seeded.ts";

export interface DrawnCall {
  readonly at: Instant;
  readonly scope: CallScope;
  readonly usage: Usage;
  /** Of the profile's keys; undefined: it has none. */
  readonly keyName: string | undefined;
  readonly statusCode: number;
  readonly errorMessage?: string;
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly retryCount: number;
  readonly streamed: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CallSource {
  /** One stretch after the other, in order. */
  draw(from: Instant, to: Instant): readonly DrawnCall[];
}

export interface Span {
  /** When the customer came; their usage periods count from it. */
  readonly begin: Instant;
  readonly now: Instant;
}

const AGAIN_MOST = 4;
const AGAIN_MS = 21_000;

/** `capOf` says how many calls of a provider the customer has in a period; null: without limit. */
export function callSource(
  profile: Profile,
  span: Span,
  capOf: (provider: string) => number | null,
): CallSource {
  const chance = seeded(profile.userId);
  const present = usagePeriodAt(span.begin, span.now).start;
  const aimed = aimedTimes(profile, span, present, capOf);
  let due = 0;
  let today = 1;
  return {
    draw(from, to) {
      const calls: DrawnCall[] = [];
      for (const { start, end } of withinHours(from, to)) {
        if (start % DAY_MS === 0) today = chance.between(0.7, 1.3);
        const share = (end - start) / HOUR_MS;
        const times = today * (start >= present ? aimed : 1);
        due += callsInHour(profile.pace, start, span) * share * times;
        for (; due >= 1; due -= 1) {
          const at = instant(Math.floor(chance.between(start, end)));
          calls.push(...drawAttempts(profile, at, { now: span.now, end, chance }));
        }
      }
      return calls.sort((one, other) => one.at - other.at);
    },
  };
}

/** How much faster than its pace the customer is in the present period, so that its aim is met by now. */
function aimedTimes(
  { aim, mix, pace }: Profile,
  span: Span,
  present: Instant,
  capOf: (provider: string) => number | null,
): number {
  const cap = aim === undefined ? null : capOf(aim.provider);
  if (aim === undefined || cap === null) return 1;
  const weight = (uses: readonly ModelUse[]): number =>
    uses.reduce((sum, use) => sum + use.weight, 0);
  const share = weight(mix.filter(({ scope }) => scope.provider === aim.provider)) / weight(mix);
  let expected = 0;
  for (let hour = present; hour < span.now; hour = instant(hour + HOUR_MS)) {
    expected += callsInHour(pace, hour, span) * share;
  }
  return expected === 0 ? 1 : (cap * aim.share) / expected;
}

/** Cut where an hour ends: how many calls there are goes by the hour. */
function withinHours(from: Instant, to: Instant): readonly Period[] {
  const parts: Period[] = [];
  for (let start = from; start < to; ) {
    const end = instant(Math.min(to, (Math.floor(start / HOUR_MS) + 1) * HOUR_MS));
    parts.push({ start, end });
    start = end;
  }
  return parts;
}

/** An application asks again while its provider is away. */
function drawAttempts(
  profile: Profile,
  at: Instant,
  of: { readonly now: Instant; readonly end: Instant; readonly chance: Seeded },
): readonly DrawnCall[] {
  const first = drawCall(profile, at, of.now, of.chance);
  if (!isOutage(first.statusCode)) return [first];
  const again = Array.from({ length: AGAIN_MOST }, (_, turn) => ({
    ...first,
    at: instant(Math.min(of.end - 1, at + (turn + 1) * AGAIN_MS)),
  }));
  return [first, ...again];
}

function drawCall(profile: Profile, at: Instant, now: Instant, chance: Seeded): DrawnCall {
  const known = profile.mix.filter(
    ({ sinceDays }) => sinceDays === undefined || now - at <= sinceDays * DAY_MS,
  );
  const use = chance.pick(known);
  const { scope, streamed } = use;
  const drawn = drawUse(use, profile.size ?? 1, chance);
  const failure = drawFailure({ provider: scope.provider, at, now }, chance);
  const key = drawKey(profile.keys ?? [], at, now, chance);
  const said = {
    at,
    scope,
    keyName: key?.name,
    tags: drawTags(profile, chance),
    retryCount: chance.isOnce(90) ? 1 : 0,
  };
  if (failure !== null) {
    const latencyMs = Math.round(chance.between(90, 2_400));
    return { ...said, ...failure, usage: {}, latencyMs, streamed: false, retryCount: 1 };
  }
  return {
    ...said,
    usage: drawn.usage,
    statusCode: 200,
    latencyMs: drawn.latencyMs,
    streamed,
    ...(streamed ? { firstTokenMs: drawn.firstTokenMs } : {}),
  };
}

function drawKey(
  keys: readonly ProfileKey[],
  at: Instant,
  now: Instant,
  chance: Seeded,
): ProfileKey | undefined {
  const live = keys.filter(
    ({ revokedDaysAgo = 0 }) => revokedDaysAgo === 0 || now - at > revokedDaysAgo * DAY_MS,
  );
  return live.length === 0 ? undefined : chance.pick(live);
}

function drawTags({ tags = {} }: Profile, chance: Seeded): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, values]: [string, readonly Weighed[]]) => [
      name,
      chance.pick(values).value,
    ]),
  );
}
