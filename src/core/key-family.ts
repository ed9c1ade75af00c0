/** A key and those that it was replaced by: they count as one, so that replacing a key renews no budget. */
import type { KeyId } from "./ids.ts";

/** The n-th key of a family is `<id of the first>.<n>`; the first has no number. Ids of first keys hold no dot. */
const REPLACEMENT = /^([^.]+)\.(\d+)$/;

/** The id that a key's usage, counters and budget are kept under: the first one's of its family. */
export function countsAs(id: KeyId): KeyId {
  return (REPLACEMENT.exec(id)?.[1] ?? id) as KeyId;
}

/** 1 for a first key. */
export function numberInFamily(id: KeyId): number {
  return Number(REPLACEMENT.exec(id)?.[2] ?? 1);
}

/** The id of the key that replaces this one. */
export function replacementOf(id: KeyId): KeyId {
  return `${countsAs(id)}.${numberInFamily(id) + 1}` as KeyId;
}
