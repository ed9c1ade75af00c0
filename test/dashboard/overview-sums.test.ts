/** What the overview works out from the API's answers: the curve, changes against the period before, rows of models, lists that are read. */
import { expect, test } from "vitest";
import {
  changesOf,
  progressOf,
  wholeChange,
} from "../../dashboard/src/customer/overview/compare.ts";
import {
  curveOf,
  curveWords,
  dayWords,
  ticksTo,
} from "../../dashboard/src/customer/overview/curve.ts";
import { shownModels } from "../../dashboard/src/customer/overview/model-rows.ts";
import { shownCalls } from "../../dashboard/src/customer/overview/shown-calls.ts";
import { money } from "../../dashboard/src/parts/format.ts";

const at = (time: string): number => Date.parse(`${time}Z`);

const ASKED = {
  start: at("2026-04-01T00:00"),
  end: at("2026-04-11T00:00"),
  now: at("2026-04-03T12:00"),
  steps: ["2026-04-01", "2026-04-02", "2026-04-03"],
  cost: [0.1, 0.2, 0.3],
  calls: [1, 2, 3],
  projection: { mean: 2.4, low: 1.8, high: 3 },
  cap: null,
} as const;

test("the curve adds up day by day, exactly, and ends at now", () => {
  const { days, spent } = curveOf(ASKED);
  expect(days.map(({ total }) => total)).toEqual([0.1, 0.3, 0.6]);
  expect(spent).toBe(0.6);
  expect(days.at(-1)?.at).toBe(ASKED.now);
});

test("from now it goes straight to what is projected, within its band", () => {
  const { ahead } = curveOf(ASKED);
  expect(ahead.map(({ day }) => day)).toEqual([
    ...["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"],
    ...["2026-04-07", "2026-04-08", "2026-04-09", "2026-04-10"],
  ]);
  expect(ahead.at(-1)).toMatchObject({ total: 2.4, low: 1.8, high: 3, at: ASKED.end });
  // Half a day of seven and a half.
  expect(ahead[0]?.total).toBeCloseTo(0.6 + 1.8 / 15, 9);
});

test("a period that is over has nothing ahead", () => {
  expect(curveOf({ ...ASKED, now: ASKED.end + 1 }).ahead).toEqual([]);
});

test("the axis begins at 0 in round steps, and holds a cap that is near", () => {
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(47.25)).toEqual([0, 20, 40, 60]);
  expect(curveOf({ ...ASKED, cap: 5 }).top).toBeGreaterThanOrEqual(5);
  expect(curveOf({ ...ASKED, cap: 500 }).top).toBeLessThan(10);
});

test("the curve is a sentence for those who do not see it, and each day can be read out", () => {
  const curve = curveOf({ ...ASKED, cap: 5 });
  expect(curveWords(curve)).toContain(`rising to ${money(0.6)}`);
  expect(curveWords(curve)).toContain(`the cost limit is ${money(5)}`);
  expect(dayWords(curve, 1)).toContain(`${money(0.2)} that day, ${money(0.3)} in all`);
  expect(dayWords(curve, 3)).toContain("at this pace");
  expect(dayWords(curve, 99)).toBe("");
});

test("a running period is compared with the same part of the one before", () => {
  const start = at("2026-04-01T12:00");
  const progress = progressOf({
    start,
    end: at("2026-05-01T12:00"),
    now: at("2026-04-03T06:00"),
  });
  // The half first day, one whole day, and a quarter of the third.
  expect(progress).toEqual({ wholeSteps: 2, part: 0.25 });
  const before = [{ name: "a", cost: 100, series: { cost: [2, 4, 8, 86] } }];
  const rows = [
    { name: "a", cost: 12 },
    { name: "b", cost: 1 },
  ];
  const changes = changesOf(rows, before, progress);
  expect(changes.get("a")).toEqual({ before: 8, percent: 50 });
  expect(changes.get("b")).toEqual({ before: 0, percent: null });
  expect(wholeChange(rows, before, progress)).toEqual({ before: 8, percent: 62.5 });
});

test("in its first hours a period is compared with the same hours", () => {
  const start = at("2026-04-01T12:00");
  expect(progressOf({ start, end: at("2026-05-01T12:00"), now: at("2026-04-01T15:00") })).toEqual({
    wholeSteps: 0,
    part: 0.25,
  });
});

test("a period that is over is compared with all of the one before", () => {
  expect(progressOf({ start: 0, end: 10, now: 10 })).toBeNull();
  const before = [{ name: "a", cost: 10, series: { cost: [1, 9] } }];
  expect(changesOf([{ name: "a", cost: 5 }], before, null).get("a")?.percent).toBe(-50);
});

test("what the table of models leaves out is one row, so that the total is the sum of all rows", () => {
  const rows = Array.from({ length: 12 }, (_, place) => modelRow(`m${place}`, 12 - place));
  const total = { ...modelRow("", 78), calls: 12, tokens: 120 };
  const { rows: shown, rest } = shownModels({ rows, total }, false);
  expect(shown).toHaveLength(5);
  expect(rest).toMatchObject({ name: "7 others", cost: 28, calls: 7, tokens: 70 });
  expect(shownModels({ rows, total }, true).rest).toBeNull();
  expect(shownModels({ rows: rows.slice(0, 6), total }, false).rows).toHaveLength(6);
});

test("a list that is read stands still, takes corrections, and says how many wait", () => {
  const held = [
    { event_id: "b", cost: 1 },
    { event_id: "a", cost: 1 },
  ];
  const calls = [
    { event_id: "c", cost: 1 },
    { event_id: "b", cost: 2 },
  ];
  expect(shownCalls(calls, held)).toEqual({
    shown: [
      { event_id: "b", cost: 2 },
      { event_id: "a", cost: 1 },
    ],
    waiting: 1,
  });
  expect(shownCalls(calls, null)).toEqual({ shown: calls, waiting: 0 });
});

function modelRow(name: string, cost: number) {
  const sums = { calls: 1, tokens: 10, input_tokens: 10, output_tokens: 0, error_rate: 0 };
  return { name, title: "openai", cost, share: 0, ...sums };
}
