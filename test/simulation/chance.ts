/** Chance that can be had again: every draw of a run follows from its seed. */

export interface Chance {
  /** A whole number from 0 up to, but not, `count`. */
  below(count: number): number;
  /** A whole number, both ends among them. */
  between(from: number, to: number): number;
  /** true in so many of a hundred cases. */
  percent(cases: number): boolean;
  pick<Value>(list: readonly Value[]): Value;
  /** Picks by weight: of `[["a", 3], ["b", 1]]` three times in four `a`. */
  weigh<Value>(list: readonly (readonly [Value, number])[]): Value;
}

/** The same numbers give the same draws; one number more or other gives quite other ones. */
export function chanceOf(...seeds: readonly number[]): Chance {
  let state = 0x9e3779b9;
  for (const seed of seeds) state = mixed(state ^ mixed(seed + 0x85ebca6b)) + 0x9e3779b9;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    return mixed(state) >>> 0;
  };
  const below = (count: number): number => Math.floor((next() / 0x1_0000_0000) * count);
  const pick = <Value>(list: readonly Value[]): Value => {
    const index = below(list.length);
    if (index >= list.length) throw new RangeError("Nothing to pick from.");
    return list[index] as Value;
  };
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    percent: (cases) => below(100) < cases,
    pick,
    weigh: (list) => {
      let rest = below(list.reduce((sum, [, weight]) => sum + weight, 0));
      for (const [value, weight] of list) {
        rest -= weight;
        if (rest < 0) return value;
      }
      throw new RangeError("Nothing to pick from.");
    },
  };
}

/** murmur3's last mixing: each bit of the input moves half of the output's. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
