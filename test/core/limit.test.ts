/** A limit as people write it: read exactly, or refused by field and mend. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Limit, WINDOWS } from "../../src/core/limits/limit.ts";
import { limitKey, readLimit, writeLimit } from "../../src/core/limits/read-limit.ts";
import { METERS } from "../../src/core/usage.ts";

describe("a limit", () => {
  const nameOrNone = fc.option(fc.stringMatching(/^[a-z0-9/:._-]{1,30}$/), { nil: undefined });
  const anyThresholds = fc
    .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 10 })
    .map((list) => list.sort((one, other) => one - other));
  const anyLimit: fc.Arbitrary<Limit> = fc
    .record({
      meter: fc.constantFrom(...METERS),
      provider: nameOrNone.filter((name) => name !== "metaphor"),
      model: nameOrNone,
      operation: nameOrNone,
      per: fc.constantFrom(...WINDOWS),
      cap: fc.oneof(
        fc.constant({ kind: "unlimited" as const }),
        fc.bigInt(0n, 10n ** 15n).map((amount) => ({ kind: "atMost" as const, amount })),
      ),
      atCap: fc.constantFrom("deny" as const, "allow" as const),
      alertAt: fc.option(anyThresholds, { nil: undefined }),
    })
    .map(({ provider, model, operation, alertAt, ...rest }) => ({
      ...rest,
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      ...(operation === undefined ? {} : { operation }),
      ...(alertAt === undefined ? {} : { alertAt }),
    }));

  test("comes back from its written form as it was", () => {
    fc.assert(
      fc.property(anyLimit, (limit) => {
        expect(readLimit(JSON.parse(JSON.stringify(writeLimit(limit))))).toEqual(limit);
      }),
    );
  });

  test("is a period's and hard unless it says otherwise; dollars are exact; metaphor is exa", () => {
    expect(readLimit({ meter: "cost", provider: "metaphor", max: 0.1 })).toEqual({
      meter: "cost",
      provider: "exa",
      per: "period",
      cap: { kind: "atMost", amount: 100_000_000n },
      atCap: "deny",
    });
    expect(readLimit({ meter: "calls", max: "unlimited" }).cap).toEqual({ kind: "unlimited" });
    expect(readLimit({ meter: "calls", max: 0 }).cap).toEqual({ kind: "atMost", amount: 0n });
  });

  test.each([
    [{ meter: "call", max: 1 }, /^limits\[3\]\.meter: must be one of calls/],
    [{ meter: "calls" }, /^limits\[3\]\.max: must be a number/],
    [{ meter: "calls", max: 1e300 }, /^limits\[3\]\.max: must be a whole/],
    [{ meter: "calls", max: Number.NaN }, /^limits\[3\]\.max: must be/],
    [{ meter: "cost", max: "1.0000000001" }, /^limits\[3\]\.max: must be US dollars/],
    [{ meter: "calls", max: 1, per: "week" }, /^limits\[3\]\.per: must be one of period/],
    [{ meter: "calls", max: 1, provider: "*" }, /^limits\[3\]\.provider: must be a name/],
    [{ meter: "calls", max: 1, model: "a b" }, /^limits\[3\]\.model: must be a name/],
    [{ meter: "calls", max: 1, at_cap: "ask" }, /^limits\[3\]\.at_cap: must be deny/],
    [{ meter: "calls", max: 1, alert_at: 80 }, /^limits\[3\]\.alert_at: must be a list of percent/],
    [{ meter: "calls", max: 1, alert_at: [0] }, /^limits\[3\]\.alert_at\[0\]: must be whole/],
    [{ meter: "calls", max: 1, alert_at: [201] }, /^limits\[3\]\.alert_at\[0\]: must be whole/],
    [{ meter: "calls", max: 1, alert_at: [1.5] }, /^limits\[3\]\.alert_at\[0\]: must be whole/],
    [{ meter: "calls", max: 1, alert_at: [90, 80] }, /^limits\[3\]\.alert_at: must be ascending/],
    [{ meter: "calls", max: 1, alert_at: [80, 80] }, /^limits\[3\]\.alert_at: must be ascending/],
    [
      { meter: "calls", max: 1, alert_at: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
      /^limits\[3\]\.alert_at: must be at most 10/,
    ],
    [[], /^limits\[3\]: /],
    [null, /^limits\[3\]: /],
  ])("written %j is refused by field and mend", (json, words) => {
    expect(() => readLimit(json, "limits[3]")).toThrow(words);
  });

  test("has a key that tells what it counts and not how much", () => {
    const limit = readLimit({ meter: "calls", provider: "openai", per: "day", max: 5 });
    expect(limitKey(limit)).toBe("calls openai * * day");
    expect(limitKey(readLimit({ ...writeLimit(limit), max: 6 }))).toBe(limitKey(limit));
  });
});
