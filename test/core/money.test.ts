/** Money is exact: reading, writing, rounding. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decimalText,
  divideHalfEven,
  divideUp,
  nanoUsd,
  parseUsd,
  usdNumber,
  usdText,
} from "../../src/core/money.ts";

const anyAmount = fc.bigInt(0n, 10n ** 18n).map(nanoUsd);

describe("dollars", () => {
  test("come back as they were written, for any amount", () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(parseUsd(usdText(amount), "amount")).toBe(amount);
      }),
    );
  });

  test("as a JSON number are exact up to 15 significant digits", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n - 1n).map(nanoUsd), (amount) => {
        expect(parseUsd(usdNumber(amount), "amount")).toBe(amount);
        expect(parseUsd(JSON.parse(JSON.stringify(usdNumber(amount))), "amount")).toBe(amount);
      }),
    );
  });

  test("are read from numbers by their shortest decimal text", () => {
    expect(parseUsd(0.1, "x")).toBe(100_000_000n);
    expect(parseUsd(7.5e-7, "x")).toBe(750n);
    expect(parseUsd("12.50", "x")).toBe(12_500_000_000n);
    expect(usdText(nanoUsd(-1_500_000_000n))).toBe("-1.5");
    expect(usdText(nanoUsd(0n))).toBe("0");
  });

  test.each([
    "-1",
    "+1",
    "1e3",
    "1.",
    ".5",
    "",
    "1,000",
    "0.0000000001",
    "1000000000.1",
    "0x10",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0.5,
    1e21,
    1e-10,
  ])("that are not plain amounts are refused by the field's name: %s", (value) => {
    expect(() => parseUsd(value, "price.monthly")).toThrow(/^price\.monthly: /);
  });
});

describe("rounding", () => {
  const divisor = fc.bigInt(1n, 10n ** 9n);
  const dividend = fc.bigInt(-(10n ** 24n), 10n ** 24n);

  test("half to even is never more than half away, and even where it is exactly half", () => {
    fc.assert(
      fc.property(dividend, divisor, (a, b) => {
        const rounded = divideHalfEven(a, b);
        const twiceOff = (a - rounded * b) * 2n;
        expect(twiceOff <= b && -twiceOff <= b).toBe(true);
        if (twiceOff === b || -twiceOff === b) expect(rounded % 2n).toBe(0n);
      }),
    );
    expect([1n, 3n, 5n, -1n, -3n].map((half) => divideHalfEven(half, 2n))).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
    ]);
  });

  test("up is the smallest whole that is not less", () => {
    fc.assert(
      fc.property(dividend, divisor, (a, b) => {
        const up = divideUp(a, b);
        expect(up * b >= a && (up - 1n) * b < a).toBe(true);
      }),
    );
  });
});

test("a number's decimal text is the number, without an exponent", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalText(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(value === 0 ? 0 : value);
    }),
  );
  expect(decimalText(1e21)).toBe("1000000000000000000000");
  expect(decimalText(1.5e-9)).toBe("0.0000000015");
});
