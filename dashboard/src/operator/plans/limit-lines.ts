/** A plan's limits as people say them, the ones on cost first. */
import { amountOfLimit } from "../../../../src/core/amount-words.ts";
import type { Limit, WindowName } from "../../../../src/core/limits/limit.ts";
import { capital } from "../../parts/limit-words.ts";

const EACH: Readonly<Record<WindowName, string>> = {
  period: "",
  month: " a calendar month",
  day: " a day",
  hour: " an hour",
  minute: " a minute",
};

/** `$150.00 of provider cost`, `60 calls a minute`; what is unlimited is left out. */
export function limitLines(limits: readonly Limit[]): string[] {
  const rank = ({ meter }: Limit): number => (meter === "cost" ? 0 : 1);
  return limits
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((limit) => {
      const { cap, per, atCap } = limit;
      if (cap.kind === "unlimited") return [];
      const soft = atCap === "allow" ? ", goes on when reached" : "";
      return [capital(`${amountOfLimit(limit, cap.amount)}${EACH[per]}${soft}`)];
    });
}
