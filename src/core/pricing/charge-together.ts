/** One charge for the many answers of a batch: each priced by its own size, all rounded once. */
import { nanoUsd } from "../money.ts";
import { apportion } from "./charge-for.ts";
import type { Charge, ChargeLine } from "./price.ts";

/**
 * Lines of one bucket, rate and price row become one, and the sum is rounded half to even to the nano-dollar, as if it
 * had been one request. None at all cost nothing.
 */
export function chargeTogether(charges: readonly Charge[]): Charge {
  const [only] = charges;
  if (only !== undefined && charges.length === 1) return only;
  const merged = new Map<string, ChargeLine>();
  for (const line of charges.flatMap(({ lines }) => lines)) {
    const key = `${line.bucket} ${line.rate} ${line.priceId}`;
    const quantity = (merged.get(key)?.quantity ?? 0) + line.quantity;
    merged.set(key, { ...line, quantity });
  }
  const lines = apportion(
    [...merged.values()].map((line) => ({ ...line, exact: BigInt(line.quantity) * line.rate })),
  );
  const sumOf = (some: readonly ChargeLine[]) =>
    nanoUsd(some.reduce((sum, { cost }) => sum + cost, 0n));
  const cost = sumOf(lines);
  const isStated = charges.some(({ stated }) => stated !== undefined);
  return {
    cost,
    lines,
    computed: isStated ? sumOf(lines.filter(({ bucket }) => bucket !== "stated")) : cost,
    ...(isStated ? { stated: cost } : {}),
    unpriced: charges.some(({ unpriced }) => unpriced),
  };
}
