/** How often a sudden rise is told of generated customers, hour by hour over 60 days: the figures of docs/alerts.md. */
import { expect, test } from "vitest";
import { isNewRise, RISE_DAYS, suddenRise } from "../../src/core/alerts/sudden-rise.ts";
import { HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import { type Chance, chanceOf } from "../simulation/chance.ts";

const DAYS = 60;
const CUSTOMERS = 50;

/** What a day comes to, 1 being a customer's usual one. */
type Habit = (chance: Chance) => (day: number) => number;

const noise = (chance: Chance, percent: number): number =>
  1 + chance.between(-percent * 100, percent * 100) / 10_000;
/** Near enough to a bell curve: twelve even draws. */
const bell = (chance: Chance): number =>
  Array.from({ length: 12 }, () => chance.between(0, 10_000) / 10_000).reduce((a, b) => a + b) - 6;
const lognormal =
  (sigma: number): Habit =>
  (chance) =>
  () =>
    Math.exp(sigma * bell(chance));

const HABITS: Readonly<Record<string, Habit>> = {
  "steady, 20 % up and down": (chance) => () => noise(chance, 20),
  "steady, on weekdays": (chance) => (day) => (day % 7 < 5 ? noise(chance, 30) : 0.05),
  "steady, every third day": (chance) => (day) => (day % 3 === 0 ? noise(chance, 30) : 0),
  "noisy: one day in six a third above": lognormal(0.3),
  "wild: one day in six two thirds above": lognormal(0.5),
  "growing 2 % a day": (chance) => (day) => 1.02 ** day * noise(chance, 20),
  "growing 5 % a day": (chance) => (day) => 1.05 ** day * noise(chance, 20),
  "five times as much from day 40 on": (chance) => (day) => (day < 40 ? 1 : 5) * noise(chance, 20),
  "one day of ten times, day 40": (chance) => (day) => (day === 40 ? 10 : 1) * noise(chance, 20),
};

/** Calls of each hour: of a whole day alike, or between nine and six. */
function hoursOf(habit: Habit, customer: number): bigint[] {
  const chance = chanceOf(11, customer);
  const amountOf = habit(chance);
  const usual = chance.between(200, 5_000);
  const hours = chance.percent(50) ? [0, 24] : [9, 18];
  const [from = 0, to = 24] = hours;
  return Array.from({ length: DAYS }, (_, day) => amountOf(day) * usual).flatMap((calls) =>
    Array.from({ length: 24 }, (_, hour) => {
      const share = hour < from || hour >= to ? 0 : (calls / (to - from)) * noise(chance, 50);
      return BigInt(Math.max(0, Math.round(share)));
    }),
  );
}

/** The hours in which it was told, as the job tells it. */
function toldAt(hours: readonly bigint[]): number[] {
  const sums = [0n];
  for (const calls of hours) sums.push((sums.at(-1) ?? 0n) + calls);
  const sum = (from: number, to: number): bigint => (sums[to] ?? 0n) - (sums[from] ?? 0n);
  const told: { hour: number; amount: bigint; at: Instant }[] = [];
  for (let hour = 24; hour < hours.length; hour += 1) {
    const firstOfLately = Math.floor((hour - 24) / 24);
    const before = Array.from({ length: RISE_DAYS }, (_, ago) => firstOfLately - 1 - ago)
      .filter((day) => day >= 0)
      .map((day) => sum(day * 24, day * 24 + 24));
    // The hour that runs and the 23 before it.
    const now = { amount: sum(hour - 23, hour + 1), at: instant(hour * HOUR_MS) };
    const last = told.at(-1);
    if (last !== undefined && !isNewRise(now, last)) continue;
    if (suddenRise({ meter: "calls", amount: now.amount, days: before }) !== null) {
      told.push({ ...now, hour });
    }
  }
  return told.map(({ hour }) => hour);
}

/** How many of the 50 were told, how many alerts that made, and on which day the first ones came. */
function toldOf(habit: Habit): string {
  const each = Array.from({ length: CUSTOMERS }, (_, customer) =>
    toldAt(hoursOf(habit, customer)),
  ).filter(({ length }) => length > 0);
  const alerts = each.reduce((all, { length }) => all + length, 0);
  const days = new Set(each.map(([first = 0]) => Math.floor(first / 24)));
  const when = days.size === 1 ? `, on day ${[...days]}` : "";
  return `${each.length} told, ${alerts} alerts${when}`;
}

const NOBODY = "0 told, 0 alerts";

test.each([
  ["steady, 20 % up and down", NOBODY],
  ["steady, on weekdays", NOBODY],
  ["steady, every third day", NOBODY],
  ["noisy: one day in six a third above", NOBODY],
  ["wild: one day in six two thirds above", "33 told, 47 alerts"],
  ["growing 2 % a day", NOBODY],
  ["growing 5 % a day", NOBODY],
  ["five times as much from day 40 on", "50 told, 59 alerts, on day 40"],
  ["one day of ten times, day 40", "50 told, 50 alerts, on day 40"],
])("50 customers over 60 days, %s: %s", (name, told) => {
  const habit = HABITS[name];
  if (habit === undefined) throw new Error(`no habit ${name}`);
  expect(toldOf(habit)).toBe(told);
});
