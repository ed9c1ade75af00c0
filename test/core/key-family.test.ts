/** A key and those that it was replaced by count as one. */
import { expect, test } from "vitest";
import type { KeyId } from "../../src/core/ids.ts";
import { countsAs, numberInFamily, replacementOf } from "../../src/core/key-family.ts";

const first = "ca1b30a3-86c1-4929-8b94-1117d0656f2f" as KeyId;

test("however often a key is replaced, it counts as the first", () => {
  let id = first;
  for (let number = 2; number <= 12; number += 1) {
    id = replacementOf(id);
    expect(id).toBe(`${first}.${number}`);
    expect(countsAs(id)).toBe(first);
    expect(numberInFamily(id)).toBe(number);
  }
  expect(countsAs(first)).toBe(first);
  expect(numberInFamily(first)).toBe(1);
});
