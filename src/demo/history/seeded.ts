/** Chance that comes out the same for the same seed. */

export interface Seeded {
  /** From 0 to below 1. */
  next(): number;
  between(least: number, below: number): number;
  /** Around 1, seldom below a quarter or above four: how sizes and times of calls are spread. */
  spread(width: number): number;
  isOnce(in_: number): boolean;
  pick<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
}

/** The same words give the same numbers, e.g. a customer's id. */
export function seeded(words: string): Seeded {
  const next = mulberry32(hashOf(words));
  const between = (least: number, below: number): number => least + next() * (below - least);
  return {
    next,
    between,
    spread: (width) => Math.exp(width * (next() + next() + next() + next() - 2) * 1.73),
    isOnce: (in_) => next() * in_ < 1,
    pick(items) {
      const total = items.reduce((sum, { weight }) => sum + weight, 0);
      let left = next() * total;
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      const last = items.at(-1);
      if (last === undefined) throw new Error("There is nothing to pick from.");
      return last;
    },
  };
}

/** FNV-1a. */
function hashOf(words: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(words)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** A small generator that is good enough for pictures: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
