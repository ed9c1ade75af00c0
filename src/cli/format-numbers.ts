/** How people read numbers: money to the cent, or to four digits below a dollar; counts in thousands and millions. */

const DIGITS_BELOW_A_DOLLAR = 4;

/** Dollars: `$15.75`, `$1,160.00`; below a dollar four significant digits, `$0.0001234`. */
export function formatUsd(dollars: number): string {
  if (dollars === 0) return "$0.00";
  const magnitude = Math.abs(dollars);
  const sign = dollars < 0 ? "-" : "";
  if (magnitude >= 1) return `${sign}$${grouped(magnitude, 2)}`;
  const leadingZeros = Math.max(0, -Math.floor(Math.log10(magnitude)) - 1);
  const decimals = leadingZeros + DIGITS_BELOW_A_DOLLAR;
  const text = magnitude.toFixed(Math.min(decimals, 12));
  // Trailing zeros say nothing, but two decimals always stay: $0.50.
  return `${sign}$${text.replace(/(\.\d\d+?)0+$/, "$1")}`;
}

/** Whole quantities: `950`, `1.2k`, `3.4M`. */
export function formatCount(quantity: number): string {
  const steps = [
    { from: 1e9, letter: "B" },
    { from: 1e6, letter: "M" },
    { from: 1e3, letter: "k" },
  ];
  // 999,950 would round to "1000.0k"; it is already a million to the eye.
  const step = steps.find(({ from }) => Math.abs(quantity) >= from * 0.99995);
  if (step === undefined || Math.abs(quantity) < 1_000) return grouped(quantity, 0);
  return `${(quantity / step.from).toFixed(1).replace(/\.0$/, "")}${step.letter}`;
}

/** A whole number with thousands separated: `5,000`. */
export function formatWhole(quantity: number): string {
  return grouped(quantity, 0);
}

/** Sizes in steps of a thousand, as disks are sold: `812 kB`, `1.3 GB`. */
export function formatBytes(bytes: number): string {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let step = 0;
  // 999.5 would be rounded to 1,000.
  while (size >= 999.5 && step < steps.length - 1) {
    size /= 1_000;
    step += 1;
  }
  return `${grouped(size, step === 0 || size >= 99.95 ? 0 : 1)} ${steps[step]}`;
}

/** `31.5 %`. */
export function formatPercent(percent: number): string {
  return `${grouped(percent, 1)} %`;
}

function grouped(value: number, decimals: number): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
