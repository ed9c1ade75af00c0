/** Makes the demo's past: customers, their calls and everything else, in the order in which it happened. */
import { AppError } from "../../core/errors.ts";
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS } from "../../core/instant.ts";
import { readConfig } from "../../server/config.ts";
import { openPurser, type Purser } from "../../server/open-purser.ts";
import { deedsOf, type MadeKey, spanOf } from "./begin-customer.ts";
import { clientInProcess } from "./in-process.ts";
import { operatorDeeds } from "./operator-deeds.ts";
import { createPast, type Past } from "./past.ts";
import type { Profile } from "./profile.ts";
import { seeded } from "./seeded.ts";
import { SINGLE_PEOPLE } from "./single-people.ts";
import { TEAMS } from "./teams.ts";

export interface History {
  readonly calls: number;
  /** What each customer's applications call with. */
  readonly keys: readonly MadeKey[];
}

export interface HistoryOptions {
  /** As for the server that goes on from there; the folder is empty or new. */
  readonly settings: Readonly<Record<string, string>>;
  readonly receiverUrl: string;
  readonly now: Instant;
  readonly profiles?: readonly Profile[];
  readonly progress: (state: { done: number; total: number }) => void;
}

/** Alerts are raised where a part of the past ends: four in a day, and one an hour in its last days. */
const DAYS_BY_THE_HOUR = 3;
const PART_HOURS = 6;
/** Parts do not end on the hour, since nothing does. */
const OFF_THE_HOUR_MS = 43 * MINUTE_MS;
/** Jobs, mails and webhooks run once a day, and in the last days with each part. */
const DAYS_OF_JOBS = 18;

/** Everything goes through the API and the ledger, so every sum is true. The folder can then be opened by a server. */
export async function makeHistory(options: HistoryOptions): Promise<History> {
  const { now, settings, profiles = [...TEAMS, ...SINGLE_PEOPLE] } = options;
  const purser = await openPurser(
    readConfig({ ...settings, PURSER_TEST_CLOCK: "1", PURSER_LOG_LEVEL: "silent" }),
  );
  try {
    const keys: MadeKey[] = [];
    const past = await pastOf(purser, profiles, options, (key) => keys.push(key));
    let calls = 0;
    for (let at = past.begin; at < now; ) {
      const next = nextStop(at, now);
      calls += await past.live(at, next);
      if (isTimeForJobs(at, next, now)) await past.runJobs(next);
      options.progress({ done: next - past.begin, total: now - past.begin });
      at = next;
    }
    await noteKeysInUse(purser, keys);
    await auditAll(purser);
    return { calls, keys };
  } finally {
    await purser.close();
  }
}

async function pastOf(
  purser: Purser,
  profiles: readonly Profile[],
  { now, receiverUrl }: HistoryOptions,
  made: (key: MadeKey) => void,
): Promise<Past & { readonly begin: Instant }> {
  const spans = profiles.map((profile) => ({ profile, span: spanOf(profile, now) }));
  const first = Math.min(...spans.map(({ span }) => span.begin));
  const begin = instant(Math.floor(first / HOUR_MS) * HOUR_MS);
  purser.parts.clock.set(begin);
  const past = await createPast(purser, {
    people: spans.map(({ profile, span }) => ({
      profile,
      span,
      deeds: (keep) =>
        deedsOf(profile, span, (key) => {
          made(key);
          keep(key);
        }),
    })),
    operator: operatorDeeds(receiverUrl),
    now,
  });
  return { ...past, begin };
}

function nextStop(at: Instant, now: Instant): Instant {
  const hours = now - at <= DAYS_BY_THE_HOUR * DAY_MS ? 1 : PART_HOURS;
  const lengthMs = hours * HOUR_MS;
  const turn = Math.floor(at / lengthMs) + 1;
  const off = seeded(`part ${turn}`).between(0, Math.min(lengthMs, OFF_THE_HOUR_MS));
  return instant(Math.min(now, Math.floor(turn * lengthMs + off)));
}

function isTimeForJobs(at: Instant, next: Instant, now: Instant): boolean {
  const isNewDay = Math.floor(at / DAY_MS) !== Math.floor(next / DAY_MS);
  return isNewDay || now - at <= DAYS_OF_JOBS * DAY_MS;
}

/** Calls that are told after the fact are made by no key; without this a page would say that none was ever used. */
async function noteKeysInUse(purser: Purser, keys: readonly MadeKey[]): Promise<void> {
  for (const { key } of keys) {
    try {
      await purser.parts.callers.principalOf(key);
    } catch (cause) {
      if (!(cause instanceof AppError && cause.code === "unauthenticated")) throw cause;
    }
  }
}

/** As the daily job does it, so that what was made up is known to add up. */
async function auditAll(purser: Purser): Promise<void> {
  const client = clientInProcess(purser);
  let cursor: string | undefined;
  do {
    const part = await client.admin.audit(cursor === undefined ? {} : { cursor });
    if (part.differences.length > 0) throw new Error("The demo's history does not add up.");
    cursor = part.next_cursor;
  } while (cursor !== undefined);
}
