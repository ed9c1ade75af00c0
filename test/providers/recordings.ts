/** The recorded answers, where they are there: the folder `shared/recordings` beside the repository. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Bucket, tokenSide, type Usage } from "../../src/core/usage.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import type { Dialect, Route } from "../../src/providers/dialect.ts";
import { recognise } from "../../src/providers/recognise.ts";
import { PATHS, routeOf } from "./streams.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/recordings/", import.meta.url));
export const hasRecordings = existsSync(`${FOLDER}cases.jsonl`);

export type Numbers = { readonly [key: string]: unknown };
export interface Case {
  readonly file: string;
  readonly provider: string;
  readonly kind: "json" | "stream";
  readonly url: string;
  readonly raw_final_usage: Numbers;
  readonly expected_from_upstream_test: Numbers | null;
}

export const cases: readonly Case[] = hasRecordings
  ? readFileSync(`${FOLDER}cases.jsonl`, "utf8")
      .trim()
      .split("\n")
      .map((line): Case => JSON.parse(line))
  : [];

export const answerOf = (file: string) =>
  JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8")).response;

/** Answers that are read by another's route, since their own is not offered: a response asked for again, a cache made. */
const READ_AS: readonly (readonly [RegExp, string])[] = [
  [/\/responses\/resp_\w+$/, PATHS.responses],
  [/\/cachedContents$/, PATHS.generate],
];

/** What the gateway would take the call for. */
export function calledIn(url: string): { dialect: Dialect; route: Route; query: string } {
  const address = new URL(`https://${url.replace(/^https:\/\//, "").replace(/#.*$/, "")}`);
  const found = recognise(address, DIALECTS);
  if (found === null) throw new Error(`no dialect for ${url}`);
  const other = READ_AS.find(([path]) => path.test(found.path))?.[1];
  return {
    dialect: found.dialect,
    route: routeOf(found.dialect, other ?? found.path),
    query: address.searchParams.toString(),
  };
}

const number = (from: Numbers, key: string): number => Number(from[key] ?? 0);
const object = (from: Numbers, key: string): Numbers => (from[key] ?? {}) as Numbers;
const sum = (from: Numbers, keys: readonly string[]): number =>
  keys.reduce((total, key) => total + number(from, key), 0);

/** Input and output tokens by the raw numbers, worked out here by hand and not by the meter's own code. */
export function statedTokens(one: Case): { input: number; output: number } {
  const raw = one.raw_final_usage;
  if (one.provider === "anthropic") return statedByAnthropic(raw);
  if (one.provider === "bedrock") {
    return {
      input: sum(raw, ["inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"]),
      output: number(raw, "outputTokens"),
    };
  }
  if ("billed_units" in raw) {
    const billed = object(raw, "billed_units");
    return { input: number(billed, "input_tokens"), output: number(billed, "output_tokens") };
  }
  if ("promptTokenCount" in raw) {
    return {
      input: sum(raw, ["promptTokenCount", "toolUsePromptTokenCount"]),
      output: sum(raw, ["candidatesTokenCount", "thoughtsTokenCount"]),
    };
  }
  const onlyTotal =
    Object.keys(raw).length === 1 ? sum(raw, ["total_tokens", "totalTokenCount"]) : 0;
  return {
    input: sum(raw, ["prompt_tokens", "input_tokens"]) + onlyTotal,
    output: sum(raw, ["completion_tokens", "output_tokens"]),
  };
}

function statedByAnthropic(raw: Numbers): { input: number; output: number } {
  const INPUT = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
  const passes = (raw["iterations"] as Numbers[] | undefined) ?? [];
  const input = passes.reduce((total, each) => total + sum(each, INPUT), 0);
  const output = passes.reduce((total, each) => total + number(each, "output_tokens"), 0);
  return {
    input: Math.max(input, sum(raw, INPUT)),
    output: Math.max(output, number(raw, "output_tokens")),
  };
}

export function readTokens(usage: Usage | null): { input: number; output: number } {
  const sums = { input: 0, output: 0, none: 0 };
  for (const [bucket, quantity] of Object.entries(usage ?? { input: -1 })) {
    sums[tokenSide(bucket as Bucket)] += quantity;
  }
  return { input: sums.input, output: sums.output };
}

/** What the raw numbers say of single buckets for certain. */
export function statedParts(one: Case): Usage {
  const raw = one.raw_final_usage;
  const within = (keys: readonly string[], part: string) =>
    Math.max(...keys.map((key) => number(object(raw, key), part)));
  const input = ["input_tokens_details", "prompt_tokens_details"];
  const output = ["output_tokens_details", "completion_tokens_details"];
  return {
    cache_read: Math.max(
      within(input, "cached_tokens"),
      number(raw, "num_cached_tokens"),
      number(raw, "cache_read_input_tokens"),
      number(raw, "cacheReadInputTokens"),
    ),
    reasoning: Math.max(
      within(output, "reasoning_tokens"),
      within(output, "thinking_tokens"),
      number(raw, "thoughtsTokenCount"),
    ),
    tool_input: number(raw, "toolUsePromptTokenCount"),
    cache_write_5m:
      one.provider === "anthropic"
        ? number(object(raw, "cache_creation"), "ephemeral_5m_input_tokens")
        : within(input, "cache_write_tokens") + number(raw, "cacheWriteInputTokens"),
  };
}
