/** A provider has one name for people, whichever part of Purser says it. */
import { expect, test } from "vitest";
import { providerTitle } from "../../src/core/provider-titles.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import { azure } from "../../src/providers/openai/azure.ts";

test.each([...DIALECTS, azure])("$provider is called $title everywhere", ({ provider, title }) => {
  expect(providerTitle(provider)).toBe(title);
});
