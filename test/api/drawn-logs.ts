/** Calls that differ in all that the log can be filtered by, told to a running Purser. */
import { expect } from "vitest";
import { chanceOf } from "../simulation/chance.ts";
import type { RunningApi } from "./running-api.ts";

export interface DrawnCall {
  readonly id: string;
  readonly timestamp: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly status_code: number;
  readonly usage: { readonly input: number };
  readonly tags: Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;

/** `usage.input` is the call's own number, so that a line of the log is known again. */
export function drawCalls(of: {
  readonly seed: number;
  readonly count: number;
  readonly from: string;
  readonly days: number;
}): DrawnCall[] {
  const chance = chanceOf(of.seed, 7);
  const start = Date.parse(of.from);
  return Array.from({ length: of.count }, (_, index) => ({
    id: `drawn-${of.seed}-${index}`,
    // Whole minutes, so that many calls share an instant.
    timestamp: new Date(start + chance.below(of.days * 24 * 60) * MINUTE_MS).toISOString(),
    provider: chance.pick(["openai", "gemini", "anthropic"]),
    model: chance.pick(["small", "large"]),
    operation: chance.pick(["chat", "chat", "embedding"]),
    status_code: chance.pick([200, 200, 200, 429, 500]),
    usage: { input: index + 1 },
    tags: { team: chance.pick(["red", "Red", "blue, or so"]), 'odd"team': "red" },
  }));
}

export async function tellCalls(
  api: RunningApi,
  of: { readonly service: string; readonly userId: string },
  calls: readonly DrawnCall[],
): Promise<void> {
  for (let from = 0; from < calls.length; from += 1_000) {
    const answer = await api.ask("POST", `/api/subscription/usage/${of.userId}/events`, {
      key: of.service,
      body: { events: calls.slice(from, from + 1_000) },
    });
    expect(answer.body.data).toMatchObject({ duplicates: 0, rejected: [] });
  }
}

/** The calls as these lines of the log have them: each once, newest first, the last written first where they share an instant. */
export function inOrder(
  calls: readonly DrawnCall[],
  lines: readonly {
    readonly id: number;
    readonly timestamp: string;
    readonly tokens_input: number;
  }[],
): DrawnCall[] {
  const sorted = [...lines].sort(
    (one, other) => Date.parse(other.timestamp) - Date.parse(one.timestamp) || other.id - one.id,
  );
  expect(lines).toEqual(sorted);
  const byNumber = new Map(calls.map((call) => [call.usage.input, call]));
  const ordered = lines.map(({ tokens_input, timestamp }) => {
    const call = byNumber.get(tokens_input);
    expect(call?.timestamp).toBe(timestamp);
    byNumber.delete(tokens_input);
    return call as DrawnCall;
  });
  expect(byNumber.size).toBe(0);
  return ordered;
}
