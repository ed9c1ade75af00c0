/** Step 2: what is held for a call covers what its tools may add beside tokens. */
import { expect, test } from "vitest";
import { estimateOf } from "../../src/call/2-estimate.ts";
import { instant } from "../../src/core/instant.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { DIALECTS, findRoute } from "../../src/providers/all.ts";

const book = defaultPriceBook();
const at = instant(Date.UTC(2026, 10, 1));

function estimated(provider: string, path: string, json: Record<string, unknown>) {
  const dialect = DIALECTS.find((one) => one.provider === provider);
  const route = dialect === undefined ? null : findRoute(dialect, "POST", path);
  if (dialect === undefined || route === null) throw new Error(`No route for ${path}.`);
  const query = new URLSearchParams();
  const facts = dialect.readRequest({ route, path, query, json, bodyBytes: 100 });
  const price = book.find({ provider, model: facts.model, at });
  return estimateOf({ facts, price, units: facts.units ?? {} });
}

/** What the same call holds more with these tools, in dollars, its larger input apart. */
function feesHeld(provider: string, path: string, json: Record<string, unknown>, tools: unknown[]) {
  const { facts, price, most, expected } = estimated(provider, path, { ...json, tools });
  const { feesMost: _, ...tokensOnly } = facts;
  const without = estimateOf({ facts: tokensOnly, price, units: {} });
  expect(expected).toEqual(without.expected);
  return Number(most.cost - without.most.cost) / 1e9;
}

const ANTHROPIC = { model: "claude-sonnet-4-5", max_tokens: 10, messages: [] };
const OPENAI = { model: "gpt-5", max_output_tokens: 16, input: "x" };
const GEMINI = { contents: [{ parts: [{ text: "x" }] }] };
const GENERATE = "/v1beta/models/gemini-2.5-flash:generateContent";

test.each([
  ["anthropic", "/v1/messages", ANTHROPIC, [{ type: "web_search_20250305", max_uses: 3 }], 0.03],
  ["anthropic", "/v1/messages", ANTHROPIC, [{ type: "web_search_20250305" }], 0.1],
  ["anthropic", "/v1/messages", ANTHROPIC, [{ name: "mine", input_schema: {} }], 0],
  ["openai", "/v1/responses", OPENAI, [{ type: "web_search" }, { type: "file_search" }], 0.125],
  ["openai", "/v1/responses", OPENAI, [{ type: "code_interpreter" }], 0.03],
  // Before Gemini 3 a grounded prompt is billed once, however often it searches.
  ["gemini", GENERATE, GEMINI, [{ googleSearch: {} }], 0.035],
] as const)(
  "%s holds the fees that its tools may add, and expects none of them (%#)",
  (provider, path, json, tools, dollars) => {
    expect(feesHeld(provider, path, json, [...tools])).toBeCloseTo(dollars, 9);
  },
);
