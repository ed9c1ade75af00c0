/** The demo's half year is drawn from seeds: the same again for the same customer, and another for another. */
import { expect, test } from "vitest";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { spanOf } from "../../src/demo/history/begin-customer.ts";
import { callSource, type DrawnCall } from "../../src/demo/history/draw-calls.ts";
import type { Profile } from "../../src/demo/history/profile.ts";
import { SINGLE_PEOPLE } from "../../src/demo/history/single-people.ts";
import { TEAMS } from "../../src/demo/history/teams.ts";

const NOW = instant(Date.parse("2026-05-20T15:24:00Z"));
const PROFILES = [...TEAMS, ...SINGLE_PEOPLE];
const CAP = 1_000;

function callsOf(profile: Profile): readonly DrawnCall[] {
  const span = spanOf(profile, NOW);
  return callSource(profile, span, () => CAP).draw(span.begin, NOW);
}

test("there are a dozen customers, and the oldest have been here for six months", () => {
  expect(PROFILES.length).toBeGreaterThanOrEqual(12);
  expect(new Set(PROFILES.map(({ userId }) => userId)).size).toBe(PROFILES.length);
  const begins = PROFILES.map((profile) => spanOf(profile, NOW).begin);
  expect((NOW - Math.min(...begins)) / DAY_MS).toBeGreaterThan(180);
});

test("the same customer's calls come out the same again; under another name they are others", () => {
  for (const profile of PROFILES) {
    const calls = callsOf(profile);
    expect(calls.length, profile.userId).toBeGreaterThan(20);
    expect(callsOf(profile), profile.userId).toEqual(calls);
    const others = callsOf({ ...profile, userId: `${profile.userId}-again` });
    expect(others.slice(0, 20), profile.userId).not.toEqual(calls.slice(0, 20));
  }
});

test("calls lie within their customer's time, in order", () => {
  for (const profile of PROFILES) {
    const { begin } = spanOf(profile, NOW);
    const times = callsOf(profile).map(({ at }) => at);
    expect(times, profile.userId).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0], profile.userId).toBeGreaterThanOrEqual(begin);
    expect(times.at(-1), profile.userId).toBeLessThan(NOW);
  }
});

test("whoever aims at a limit comes there, and not in one leap", () => {
  const aiming = PROFILES.filter(({ aim }) => aim !== undefined);
  expect(aiming.length).toBeGreaterThan(1);
  for (const profile of aiming) {
    const { provider = "", share = 0 } = profile.aim ?? {};
    const since = NOW - profile.daysInto * DAY_MS;
    const used = callsOf(profile).filter(
      ({ at, scope }) => at >= since && scope.provider === provider,
    );
    expect(used.length / CAP, profile.userId).toBeGreaterThan(share * 0.85);
    expect(used.length / CAP, profile.userId).toBeLessThan(share * 1.15);
  }
});
