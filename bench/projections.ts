/** `npm run bench:projections`: how far projections are from what periods then came to, over generated histories. */
import { DAY_MS, type Instant, instant } from "../src/core/instant.ts";
import { project } from "../src/core/projections/project.ts";
import { type Chance, chanceOf } from "../test/simulation/chance.ts";

const PERIOD_DAYS = 30;
const HISTORY_DAYS = 90;
const CUSTOMERS = 400;
/** Days of the period at which it is asked what it will come to. */
const ASKED_AT = [3, 7, 10, 15, 20, 25];
const START = Date.UTC(2026, 0, 1);

/** A day's use, in thousandths of a dollar, of a customer whose habit was drawn. */
type Habit = (chance: Chance) => (day: number) => number;

const noise = (chance: Chance, percent: number): number =>
  1 + (chance.between(-100, 100) / 100) * (percent / 100);

const HABITS: readonly (readonly [string, Habit])[] = [
  ["steady", (chance) => () => 1_000 * noise(chance, 15)],
  ["growing 2 % a day", (chance) => (day) => 200 * 1.02 ** day * noise(chance, 20)],
  ["weekdays only", (chance) => (day) => ((day + 4) % 7 < 5 ? 1_400 : 150) * noise(chance, 20)],
  [
    "bursts",
    (chance) => () => (chance.percent(12) ? chance.between(2_000, 12_000) : chance.between(0, 300)),
  ],
  [
    "doubled at the period's start",
    (chance) => (day) => (day < HISTORY_DAYS ? 500 : 1_000) * noise(chance, 20),
  ],
  [
    "stopped on the 8th",
    (chance) => (day) => (day < HISTORY_DAYS + 7 ? 1_000 * noise(chance, 20) : 0),
  ],
  ["new this period", (chance) => (day) => (day < HISTORY_DAYS ? 0 : 1_000 * noise(chance, 40))],
];

console.log(
  `median error in percent of the truth, ${CUSTOMERS} customers a row; in brackets the plain straight line's`,
);
console.log(
  `${"".padEnd(32)}${ASKED_AT.map((day) => `day ${day}`.padStart(15)).join("")}   truth in low–high`,
);
for (const [index, [name, habit]] of HABITS.entries()) {
  const cells: string[] = [];
  let [within, asked] = [0, 0];
  for (const day of ASKED_AT) {
    const errors: number[] = [];
    const plain: number[] = [];
    for (let customer = 0; customer < CUSTOMERS; customer += 1) {
      const tried = tryOne(habit(chanceOf(7, index, customer)), day);
      errors.push(tried.error);
      plain.push(tried.plainError);
      if (tried.isWithin) within += 1;
      asked += 1;
    }
    cells.push(`${median(errors).toFixed(1)} (${median(plain).toFixed(1)})`.padStart(15));
  }
  const share = `${((100 * within) / asked).toFixed(0)} %`;
  console.log(`${name.padEnd(32)}${cells.join("")}${share.padStart(12)}`);
}

function tryOne(useOf: (day: number) => number, askedAt: number) {
  const amounts = Array.from({ length: HISTORY_DAYS + PERIOD_DAYS }, (_, day) =>
    BigInt(Math.max(0, Math.round(useOf(day)))),
  );
  const sum = (from: number, to: number): bigint =>
    amounts.slice(from, to).reduce((whole, amount) => whole + amount, 0n);
  const at = (day: number): Instant => instant(START + day * DAY_MS);
  const truth = Number(sum(HISTORY_DAYS, HISTORY_DAYS + PERIOD_DAYS));
  const used = sum(HISTORY_DAYS, HISTORY_DAYS + askedAt);
  const { projected, low, high } = project({
    period: { start: at(HISTORY_DAYS), end: at(HISTORY_DAYS + PERIOD_DAYS) },
    now: at(HISTORY_DAYS + askedAt),
    used,
    days: amounts
      .slice(0, HISTORY_DAYS + askedAt)
      .flatMap((amount, day) => (amount === 0n ? [] : [{ day: at(day), amount }])),
  });
  const plain = (Number(used) * PERIOD_DAYS) / askedAt;
  const errorOf = (guess: number): number => (100 * Math.abs(guess - truth)) / truth;
  return {
    error: errorOf(Number(projected)),
    plainError: errorOf(plain),
    isWithin: Number(low) <= truth && truth <= Number(high),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
