/** One derived number that is not what the log says. */
import { type DerivedSum, wordsOf } from "../derived-sum.ts";

export interface Difference {
  /** Stable words for the number, e.g. `used: <customer> calls openai * * period 1775001600000`. */
  readonly what: string;
  /** Whole units of its meter; nano-dollars for cost. */
  readonly found: bigint;
  readonly expected: bigint;
  readonly of: DerivedSum;
}

export function differenceOf(of: DerivedSum, found: bigint, expected: bigint): Difference[] {
  return found === expected ? [] : [{ what: wordsOf(of), found, expected, of }];
}

/** Those of `before` that `now` shows again, as far off as they were: a fault stays, traffic moves. */
export function seenAgain(
  before: readonly Difference[],
  now: readonly Difference[],
): readonly Difference[] {
  const offNow = new Map(now.map((one) => [one.what, one]));
  return before.flatMap(({ what, found, expected }) => {
    const again = offNow.get(what);
    return again !== undefined && again.found - again.expected === found - expected ? [again] : [];
  });
}
