/** Shows that numbers read as people expect them, at every edge of a unit. */
import { expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatUsd,
  formatWhole,
} from "../../src/cli/format-numbers.ts";

test("money is to the cent from a dollar on, and to four significant digits below", () => {
  const shown = [0, 1160, 15.75, 1, 0.999999, 0.5, 0.25, 0.012345, 0.0001234567, 0.000000001, -2.5];
  expect(shown.map(formatUsd)).toEqual([
    "$0.00",
    "$1,160.00",
    "$15.75",
    "$1.00",
    "$1.00",
    "$0.50",
    "$0.25",
    "$0.01235",
    "$0.0001235",
    "$0.000000001",
    "-$2.50",
  ]);
});

test("counts are whole below a thousand, then in thousands, millions and billions", () => {
  const shown = [0, 999, 1000, 1234, 999_949, 999_950, 1_000_000, 3_400_000, 2_000_000_000];
  expect(shown.map(formatCount)).toEqual([
    "0",
    "999",
    "1k",
    "1.2k",
    "999.9k",
    "1M",
    "1M",
    "3.4M",
    "2B",
  ]);
});

test("whole numbers have their thousands apart, percentages one decimal", () => {
  expect(formatWhole(5000)).toBe("5,000");
  expect(formatPercent(31.5)).toBe("31.5 %");
});

test("sizes are in steps of a thousand, with one decimal while they are short", () => {
  const shown = [0, 812, 999, 1_000, 99_940, 99_960, 999_940, 999_960, 51_245_056, 1.25e9, 2e15];
  expect(shown.map(formatBytes)).toEqual([
    "0 B",
    "812 B",
    "999 B",
    "1.0 kB",
    "99.9 kB",
    "100 kB",
    "1.0 MB",
    "1.0 MB",
    "51.2 MB",
    "1.3 GB",
    "2,000 TB",
  ]);
});
