/** Cuts bytes at random positions, the same ones again for the same seed. */

/** Numbers from 0 up to 1, by mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** At most `pieces` pieces, none empty, which together are the bytes. */
export function cutAtRandom(bytes: Buffer, pieces: number, random: () => number): Buffer[] {
  const cuts = new Set<number>();
  for (let cut = 1; cut < pieces; cut += 1) {
    const at = Math.floor(random() * bytes.length);
    if (at > 0) cuts.add(at);
  }
  const ends = [...[...cuts].sort((a, b) => a - b), bytes.length];
  return ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}
