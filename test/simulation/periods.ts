/** Usage periods of a drawn anchor, one after another: each begins where the last one ends, and holds its own instants. */
import { instant } from "../../src/core/instant.ts";
import { usagePeriod, usagePeriodAt } from "../../src/core/periods/usage-period.ts";
import type { Chance } from "./chance.ts";
import { windowEnd, windowStart } from "./model-windows.ts";
import type { Verdict } from "./verdict.ts";
import { drawAnchor } from "./world.ts";

const PROMISE = "periods tile with no gap or overlap";

export function judgePeriods(chance: Chance, verdict: Verdict): void {
  const year = chance.pick([1999, 2024, 2026, 2099, 2100, 2103]);
  const now = instant(
    Date.UTC(year, chance.below(12), chance.between(1, 28)) + chance.below(86_400_000),
  );
  const anchor = drawAnchor(chance, now);
  const first = chance.between(-14, 26);
  let end = usagePeriod(anchor, first).start;
  for (let k = first; k < first + 3; k += 1) {
    const period = usagePeriod(anchor, k);
    const words = (): string => `anchor ${new Date(anchor).toISOString()}, period ${k}`;
    verdict.check(period.start === end && period.start < period.end, PROMISE, words);
    end = period.end;
    for (const at of [period.start, period.end - 1]) {
      const found = usagePeriodAt(anchor, instant(at));
      verdict.check(found.start === period.start && found.end === period.end, PROMISE, words);
      const start = windowStart("period", at, anchor);
      const isSame = start === period.start && windowEnd("period", start, anchor) === period.end;
      verdict.check(isSame, PROMISE, () => `${words()}: the calendar says otherwise`);
    }
  }
}
