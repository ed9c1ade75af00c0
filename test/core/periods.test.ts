/** Usage periods, billing periods and windows: no instant is in two of them or in none. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { formatInstant, type Instant, instant, parseInstant } from "../../src/core/instant.ts";
import { WINDOWS } from "../../src/core/limits/limit.ts";
import { isOpen } from "../../src/core/periods/period.ts";
import { billingPeriod, usagePeriod, usagePeriodAt } from "../../src/core/periods/usage-period.ts";
import { windowAt } from "../../src/core/periods/window.ts";
import { anchorFrom, paidPeriodAt } from "../../src/core/subscriptions/paid-period.ts";

const at = (text: string): Instant => parseInstant(text, "at");
const anyInstant = fc
  .integer({ min: Date.UTC(1980, 0), max: Date.UTC(2110, 0) })
  .map((ms) => instant(ms));
/** Month ends and leap days, where month arithmetic goes wrong. */
const hardAnchor = fc
  .record({
    year: fc.constantFrom(2023, 2024, 2096, 2100),
    month: fc.integer({ min: 0, max: 11 }),
    day: fc.integer({ min: 27, max: 31 }),
    ms: fc.integer({ min: 0, max: 86_399_999 }),
  })
  .map(({ year, month, day, ms }) => instant(Date.UTC(year, month, day) + ms));
const anyAnchor = fc.oneof(anyInstant, hardAnchor);

const shownDay = (one: Instant): string => formatInstant(one).slice(0, 10);

const starts = (anchor: string, from: number, to: number): string[] => {
  const list: string[] = [];
  for (let k = from; k <= to; k++) {
    list.push(formatInstant(usagePeriod(at(anchor), k).start).slice(0, 16));
  }
  return list;
};

describe("usage periods", () => {
  test("every boundary counts from the original anchor, the day held to the month's length", () => {
    expect(starts("2024-01-30T10:15:00Z", 0, 3)).toEqual([
      "2024-01-30T10:15",
      "2024-02-29T10:15",
      "2024-03-30T10:15",
      "2024-04-30T10:15",
    ]);
    expect(starts("2023-08-31T00:00:00Z", 6, 7)).toEqual(["2024-02-29T00:00", "2024-03-31T00:00"]);
    expect(starts("2100-01-31T23:59:00Z", -1, 2)).toEqual([
      "2099-12-31T23:59",
      "2100-01-31T23:59",
      "2100-02-28T23:59",
      "2100-03-31T23:59",
    ]);
  });

  test("the instant of a boundary is in the period that starts there", () => {
    const anchor = at("2024-01-31T12:00:00Z");
    const boundary = at("2024-02-29T12:00:00Z");
    expect(usagePeriodAt(anchor, boundary).start).toBe(boundary);
    expect(usagePeriodAt(anchor, instant(boundary - 1)).end).toBe(boundary);
    expect(usagePeriodAt(anchor, anchor).start).toBe(anchor);
  });

  test("periods tile: each starts where the one before ended, for any anchor", () => {
    fc.assert(
      fc.property(anyAnchor, fc.integer({ min: -100, max: 130 }), (anchor, k) => {
        const period = usagePeriod(anchor, k);
        expect(period.start).toBeLessThan(period.end);
        expect(usagePeriod(anchor, k + 1).start).toBe(period.end);
      }),
    );
  });

  test("every instant is in the one period found for it, whatever was asked before", () => {
    fc.assert(
      fc.property(
        anyAnchor,
        fc.array(anyInstant, { minLength: 1, maxLength: 5 }),
        (anchor, list) => {
          for (const one of list) {
            const period = usagePeriodAt(anchor, one);
            expect(isOpen(period, one)).toBe(true);
            const k = Math.round((period.start - anchor) / 2_629_746_000);
            expect(usagePeriod(anchor, k)).toEqual(period);
          }
        },
      ),
    );
  });

  test("boundaries are those of the calendar's own month arithmetic", () => {
    fc.assert(
      fc.property(anyAnchor, fc.integer({ min: 0, max: 400 }), (anchor, k) => {
        const date = Temporal.Instant.fromEpochMilliseconds(anchor).toZonedDateTimeISO("UTC");
        const expected = date.toPlainDateTime().add({ months: k }, { overflow: "constrain" });
        expect(formatInstant(usagePeriod(anchor, k).start)).toBe(
          `${expected.toString({ smallestUnit: "millisecond" })}Z`,
        );
      }),
    );
  });

  test("the ends of time are boundaries and not faults", () => {
    const anchor = at("2024-01-31T12:00:00Z");
    expect(usagePeriodAt(anchor, instant(0)).start).toBe(0);
    expect(
      isOpen(usagePeriodAt(anchor, at("9999-12-31T23:00:00Z")), at("9999-12-31T23:00:00Z")),
    ).toBe(true);
  });

  test("finding a period is cheap enough for every call", () => {
    const anchors = Array.from({ length: 500 }, (_, i) =>
      instant(1_700_000_000_000 + i * 3_600_000),
    );
    const now = at("2026-05-05T05:05:05Z");
    const started = performance.now();
    for (let i = 0; i < 200; i++) for (const anchor of anchors) usagePeriodAt(anchor, now);
    const microsEach = ((performance.now() - started) * 1_000) / (200 * anchors.length);
    expect(microsEach).toBeLessThan(20);
  });
});

describe("billing periods", () => {
  test("a yearly plan from a leap day renews on 28 February, and on the 29th in leap years", () => {
    const anchor = at("2024-02-29T08:00:00Z");
    const years = [0, 1, 2, 3, 4].map((k) =>
      formatInstant(billingPeriod(anchor, "yearly", k).start),
    );
    expect(years.map((text) => text.slice(0, 10))).toEqual([
      "2024-02-29",
      "2025-02-28",
      "2026-02-28",
      "2027-02-28",
      "2028-02-29",
    ]);
  });

  test("a year of a yearly plan is exactly twelve usage periods", () => {
    fc.assert(
      fc.property(anyAnchor, fc.integer({ min: 0, max: 20 }), (anchor, year) => {
        const paid = billingPeriod(anchor, "yearly", year);
        expect(usagePeriod(anchor, year * 12).start).toBe(paid.start);
        expect(usagePeriod(anchor, year * 12 + 11).end).toBe(paid.end);
      }),
    );
  });
});

/** A calendar of our own: the anchor's day, held to the month's length by the Gregorian rule, at its time of day. */
const expectedBoundary = (anchor: Instant, months: number): number => {
  const date = new Date(anchor);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const [year, inYear] = [Math.floor(month / 12), month % 12];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const day = Math.min(date.getUTCDate(), lengths[inYear] ?? 0);
  return Date.UTC(year, inYear, day) + (anchor % 86_400_000);
};

describe("ten years of boundaries, each from the original anchor", () => {
  const days = ["2024-01-29", "2024-01-30", "2024-01-31", "2024-02-29", "2023-08-31", "2095-12-31"];
  const more = ["2096-02-29", "2099-11-30", "2100-01-29", "2100-02-28", "2104-02-29"];
  const times = ["00:00:00.000", "00:00:00.001", "12:34:56.789", "23:59:59.999"];
  const anchors = [...days, ...more].flatMap((day) => times.map((time) => `${day}T${time}Z`));

  test.each(anchors)("monthly from %s: 120 of them", (text) => {
    const anchor = at(text);
    for (let k = 0; k < 120; k += 1) {
      const paid = billingPeriod(anchor, "monthly", k);
      expect(paid).toEqual({
        start: expectedBoundary(anchor, k),
        end: expectedBoundary(anchor, k + 1),
      });
      expect(usagePeriod(anchor, k)).toEqual(paid);
      expect(paidPeriodAt(anchor, "monthly", paid.start)).toEqual(paid);
      expect(paidPeriodAt(anchor, "monthly", instant(paid.end - 1))).toEqual(paid);
      expect(usagePeriodAt(anchor, instant(paid.end - 1))).toEqual(paid);
    }
  });

  test.each(anchors)("yearly from %s: ten of them", (text) => {
    const anchor = at(text);
    for (let k = 0; k < 10; k += 1) {
      const paid = billingPeriod(anchor, "yearly", k);
      expect(paid).toEqual({
        start: expectedBoundary(anchor, k * 12),
        end: expectedBoundary(anchor, (k + 1) * 12),
      });
      expect(paidPeriodAt(anchor, "yearly", paid.start)).toEqual(paid);
      expect(paidPeriodAt(anchor, "yearly", instant(paid.end - 1))).toEqual(paid);
    }
  });

  test("30 January 2024 renews on 29 February and on 30 March", () => {
    const anchor = at("2024-01-30T00:00:00Z");
    expect([0, 1, 2].map((k) => shownDay(billingPeriod(anchor, "monthly", k).start))).toEqual([
      "2024-01-30",
      "2024-02-29",
      "2024-03-30",
    ]);
  });

  test("a yearly plan from 31 August 2023 has usage periods from 29 February and from 31 March 2024", () => {
    const anchor = at("2023-08-31T00:00:00Z");
    const february = usagePeriodAt(anchor, at("2024-03-15T00:00:00Z"));
    expect([february.start, february.end].map(shownDay)).toEqual(["2024-02-29", "2024-03-31"]);
    expect(paidPeriodAt(anchor, "yearly", february.start)).toEqual({
      start: anchor,
      end: at("2024-08-31T00:00:00Z"),
    });
  });

  test("2100 is no leap year, 2096 and 2104 are", () => {
    const anchor = at("2096-02-29T08:00:00Z");
    const years = Array.from({ length: 9 }, (_, k) => billingPeriod(anchor, "yearly", k).start);
    expect(years.map((start) => shownDay(start).slice(5))).toEqual([
      ...["02-29", "02-28", "02-28", "02-28", "02-28", "02-28", "02-28", "02-28"],
      "02-29",
    ]);
  });
});

describe("the paid period of an instant", () => {
  test("it holds the instant, and is one that counts from the anchor", () => {
    fc.assert(
      fc.property(
        anyAnchor,
        anyInstant,
        fc.constantFrom("monthly" as const, "yearly" as const),
        (anchor, one, cycle) => {
          const paid = paidPeriodAt(anchor, cycle, one);
          expect(isOpen(paid, one)).toBe(true);
          expect(paidPeriodAt(anchor, cycle, paid.start)).toEqual(paid);
          expect(paidPeriodAt(anchor, cycle, paid.end).start).toBe(paid.end);
        },
      ),
    );
  });

  test("another cycle keeps the anchor where it has a boundary there, so that no day is lost", () => {
    const anchor = at("2023-08-31T00:00:00Z");
    const year = at("2024-08-31T00:00:00Z");
    expect(anchorFrom(anchor, "monthly", year)).toBe(anchor);
    const february = at("2024-02-29T00:00:00Z");
    expect(anchorFrom(anchor, "yearly", february)).toBe(february);
  });
});

describe("windows", () => {
  test("windows hold their instant and tile, for each kind of window", () => {
    fc.assert(
      fc.property(fc.constantFrom(...WINDOWS), anyAnchor, anyInstant, (per, anchor, one) => {
        const window = windowAt(per, one, anchor);
        expect(isOpen(window, one)).toBe(true);
        expect(windowAt(per, window.start, anchor)).toEqual(window);
        expect(windowAt(per, window.end, anchor).start).toBe(window.end);
      }),
    );
  });

  test("calendar windows are UTC's, whatever the anchor", () => {
    const one = at("2024-02-29T23:59:59.999Z");
    const anchor = at("2024-01-17T01:02:03Z");
    const edges = WINDOWS.filter((per) => per !== "period").map((per) => {
      const window = windowAt(per, one, anchor);
      return [per, formatInstant(window.start), formatInstant(window.end)];
    });
    expect(edges).toEqual([
      ["month", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
      ["day", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
      ["hour", "2024-02-29T23:00:00.000Z", "2024-03-01T00:00:00.000Z"],
      ["minute", "2024-02-29T23:59:00.000Z", "2024-03-01T00:00:00.000Z"],
    ]);
  });
});
