/** What keys look like. */
import { expect, test } from "vitest";
import { KEY_KINDS, looksLikeKey, newKeyText, shownPrefix } from "../../src/access/key-text.ts";

test("a key says its kind, and holds 256 random bits behind it", () => {
  for (const kind of KEY_KINDS) {
    const keys = Array.from({ length: 1_000 }, () => newKeyText(kind));
    expect(new Set(keys).size).toBe(1_000);
    for (const key of keys) {
      expect(key).toMatch(new RegExp(`^purser_${kind}_[0-9A-Za-z]{43}$`));
      expect(looksLikeKey(key)).toBe(true);
    }
  }
  expect(62 ** 43).toBeGreaterThan(2 ** 256);
});

test("what is shown of a key is its kind and six characters", () => {
  const key = newKeyText("service");
  expect(shownPrefix(key)).toBe(key.slice(0, "purser_service_".length + 6));
});
