/** Usage, instants and ids: the plain values that everything is counted in. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newCallId } from "../../src/core/ids.ts";
import { formatDate, formatInstant, instant, parseInstant } from "../../src/core/instant.ts";
import {
  amountsOf,
  BUCKETS,
  isQuantity,
  tokenSide,
  type Usage,
  usageOf,
} from "../../src/core/usage.ts";

const anyUsage: fc.Arbitrary<Usage> = fc
  .dictionary(fc.constantFrom(...BUCKETS), fc.integer({ min: 0, max: 10_000_000_000 }))
  .map((quantities) => usageOf(quantities));

describe("usage", () => {
  test("every token is counted by exactly one side, and tokens are both sides together", () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const amounts = amountsOf({ usage, cost: 5n, calls: 1 });
        const side = (which: string) =>
          BUCKETS.filter((bucket) => tokenSide(bucket) === which).reduce(
            (sum, bucket) => sum + BigInt(usage[bucket] ?? 0),
            0n,
          );
        expect(amounts.input_tokens).toBe(side("input"));
        expect(amounts.output_tokens).toBe(side("output"));
        expect(amounts.tokens).toBe(amounts.input_tokens + amounts.output_tokens);
        expect([amounts.calls, amounts.cost]).toEqual([1n, 5n]);
      }),
    );
  });

  test("units that are not tokens are counted by their own meters", () => {
    const usage = usageOf({
      images: 2,
      characters: 3,
      seconds: 4,
      pages: 5,
      requests: 6,
      credits: 7,
    });
    const amounts = amountsOf({ usage, cost: 0n, calls: 1 });
    expect(amounts).toMatchObject({
      images: 2n,
      characters: 3n,
      seconds: 4n,
      pages: 5n,
      tokens: 0n,
    });
  });

  test("equal usages have equal shapes: empty buckets are left out", () => {
    expect(usageOf({ input: 0, output: 3 })).toEqual({ output: 3 });
    expect(Object.keys(usageOf({ output: 1, input: 1 }))).toEqual(["input", "output"]);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e15])("%s is no quantity", (value) => {
    expect(isQuantity(value)).toBe(false);
    expect(() => usageOf({ input: value })).toThrow(RangeError);
  });
});

describe("instants", () => {
  const anyInstant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map((ms) => instant(ms));

  test("come back as they were written", () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        expect(parseInstant(formatInstant(at), "at")).toBe(at);
        expect(formatInstant(at).startsWith(formatDate(at))).toBe(true);
      }),
    );
  });

  test("are read in any zone", () => {
    expect(parseInstant("2026-04-01T02:30:00+02:00", "at")).toBe(Date.UTC(2026, 3, 1, 0, 30));
    expect(parseInstant("2026-04-01T00:30:00.123456Z", "at")).toBe(
      Date.UTC(2026, 3, 1, 0, 30, 0, 123),
    );
  });

  test.each([
    "2026-04-01",
    "2026-04-01T00:00:00",
    "2026-04-31T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "yesterday",
    "",
  ])("%s is refused by the field's name", (text) => {
    expect(() => parseInstant(text, "from")).toThrow(/^from must be a time/);
  });
});

test("ids of later milliseconds sort after earlier ones, and equal randomness does not make them equal", () => {
  const random = new Uint8Array(16).fill(255);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_998 }), (ms) => {
      const [one, next] = [
        newCallId(instant(ms), random),
        newCallId(instant(ms + 1), new Uint8Array(16)),
      ];
      expect(one < next).toBe(true);
      expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});
