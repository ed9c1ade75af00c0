/** Which thresholds are reached, exactly, and which of them gets the alert. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_THRESHOLDS,
  highestNew,
  thresholdsOf,
  thresholdsReached,
} from "../../src/core/limits/thresholds.ts";

const reached = (used: bigint, cap: bigint) =>
  thresholdsReached({ used, cap, thresholds: DEFAULT_THRESHOLDS });

describe("thresholds of a limit", () => {
  const soft = { per: "period", atCap: "allow" } as const;
  const hard = { per: "period", atCap: "deny" } as const;

  test("are its own, else its customer's, else the plan's, else the usual ones", () => {
    const of = { customer: [60], plan: [70] };
    expect(thresholdsOf({ ...soft, alertAt: [50] }, of)).toEqual([50]);
    expect(thresholdsOf(soft, of)).toEqual([60]);
    expect(thresholdsOf(soft, { plan: [70] })).toEqual([70]);
    expect(thresholdsOf(soft)).toEqual([80, 90, 100]);
    expect(thresholdsOf({ ...soft, alertAt: [] }, of)).toEqual([]);
  });

  test("always have 100 where the limit is hard", () => {
    expect(thresholdsOf({ ...hard, alertAt: [50, 120] })).toEqual([50, 100, 120]);
    expect(thresholdsOf(hard, { customer: [] })).toEqual([100]);
  });

  test("are none under a day, unless the limit itself names some", () => {
    for (const per of ["hour", "minute"] as const) {
      expect(thresholdsOf({ ...hard, per }, { customer: [60], plan: [70] })).toEqual([]);
      expect(thresholdsOf({ ...hard, per, alertAt: [] })).toEqual([]);
      expect(thresholdsOf({ ...hard, per, alertAt: [60] })).toEqual([60, 100]);
    }
  });
});

describe("thresholds reached", () => {
  test("are exact at the boundary, also where floating-point numbers are not", () => {
    expect(reached(79n, 100n)).toEqual([]);
    expect(reached(80n, 100n)).toEqual([80]);
    expect(reached(799_999_999_999_999_999n, 10n ** 18n)).toEqual([]);
    expect(reached(8n * 10n ** 17n, 10n ** 18n)).toEqual([80]);
    expect(reached(2n, 3n)).toEqual([]);
    expect(reached(3n, 3n)).toEqual([80, 90, 100]);
    expect(reached(7n, 3n)).toEqual([80, 90, 100]);
  });

  test("a cap of nothing is reached by the first use and not before", () => {
    expect(reached(0n, 0n)).toEqual([]);
    expect(reached(1n, 0n)).toEqual([80, 90, 100]);
  });
});

describe("the alert", () => {
  test("is one, for the highest threshold without one; those below are covered", () => {
    expect(highestNew({ reached: [80, 90, 100], marked: [] })).toEqual({
      alert: 100,
      covered: [80, 90],
    });
    expect(highestNew({ reached: [80, 90], marked: [80] })).toEqual({ alert: 90, covered: [] });
    expect(highestNew({ reached: [80], marked: [80] })).toEqual({ alert: null, covered: [] });
    expect(highestNew({ reached: [], marked: [] })).toEqual({ alert: null, covered: [] });
  });

  test("does not come for a lower threshold once a higher one had its own", () => {
    expect(highestNew({ reached: [80, 90], marked: [100] })).toEqual({
      alert: null,
      covered: [80, 90],
    });
  });

  test("whatever is reached in whatever order, each threshold alerts at most once", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 130n), { maxLength: 20 }), (uses) => {
        const marked: number[] = [];
        const alerts: number[] = [];
        for (const used of uses) {
          const { alert, covered } = highestNew({ reached: reached(used, 100n), marked });
          if (alert !== null) alerts.push(alert);
          marked.push(...covered, ...(alert === null ? [] : [alert]));
        }
        expect(alerts).toEqual([...new Set(alerts)].sort((a, b) => a - b));
        expect(new Set(marked).size).toBe(marked.length);
        const most = uses.reduce((max, used) => (used > max ? used : max), 0n);
        expect([...marked].sort((a, b) => a - b)).toEqual(reached(most, 100n));
      }),
    );
  });
});
