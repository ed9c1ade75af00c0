/** The input bound holds against real tokenizers, without being absurd. What it costs: docs/estimates.md. */
import { encode as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as o200k } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { countText } from "../../src/providers/count-text.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { PATHS, routeOf } from "./streams.ts";
import { SAMPLES } from "./text-samples.ts";

/** Whole texts, and pieces of them of many lengths. */
const pieces = Object.entries(SAMPLES).flatMap(([name, text]) => {
  const characters = [...text];
  const cuts = [20, 60, 200].flatMap((length) =>
    Array.from({ length: Math.min(12, Math.floor(characters.length / length)) }, (_, turn) =>
      characters.slice(turn * length, (turn + 1) * length).join(""),
    ),
  );
  return [text, ...cuts].map((piece) => ({ name, piece }));
});

function boundOf(model: string, content: string): number {
  const json = { model, messages: [{ role: "user", content }] };
  return openai.readRequest({
    route: routeOf(openai, PATHS.chat),
    path: PATHS.chat,
    query: new URLSearchParams(),
    json,
    bodyBytes: 0,
  }).inputTokensBound;
}

test.each([
  ["gpt-4o", o200k],
  ["gpt-4", cl100k],
] as const)(
  "the bound of %s is above the exact count in 99 of 100 texts, and mostly under three times it",
  (model, encode) => {
    expect(pieces.length).toBeGreaterThan(500);
    // What the bound adds for a message is not the text's own.
    const empty = boundOf(model, "");
    const ratios = pieces.map(({ name, piece }) => ({
      name,
      ratio: (boundOf(model, piece) - empty) / encode(piece).length,
    }));
    const below = ratios.filter(({ ratio }) => ratio < 1);
    expect(below.length / ratios.length, JSON.stringify(below)).toBeLessThan(0.01);
    const sorted = ratios.map(({ ratio }) => ratio).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(3);
    for (const text of Object.values(SAMPLES))
      expect(boundOf(model, text)).toBeGreaterThanOrEqual(encode(text).length);
  },
);

test("the likely count is within a third of the exact one at the median", () => {
  const errors = Object.values(SAMPLES)
    .map((text) => Math.abs(countText(text).expected / o200k(text).length - 1))
    .sort((a, b) => a - b);
  expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.34);
});
