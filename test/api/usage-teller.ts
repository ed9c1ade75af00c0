/** Tells a running Purser of use, so that a customer has exactly what a test says they have. */
import { expect } from "vitest";
import type { RunningApi } from "./running-api.ts";

export interface ToldUse {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  /** Billionths of a dollar, and tokens, of all calls together. */
  readonly cost: bigint;
  readonly tokens: number;
  readonly timestamp?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly statusCode?: number;
}

let told = 0;

/** In calls that come to exactly what was said. */
export async function tellUse(
  api: RunningApi,
  of: { readonly service: string; readonly userId: string },
  uses: readonly ToldUse[],
): Promise<void> {
  const events = uses.flatMap(eventsOf);
  for (let from = 0; from < events.length; from += 1_000) {
    const answer = await api.ask("POST", `/api/subscription/usage/${of.userId}/events`, {
      key: of.service,
      body: { events: events.slice(from, from + 1_000) },
    });
    expect(answer.body.data).toMatchObject({ duplicates: 0, rejected: [] });
  }
}

function eventsOf(use: ToldUse) {
  const { provider, model, calls, cost, tokens, timestamp, tags, statusCode } = use;
  return Array.from({ length: calls }, (_, index) => {
    told += 1;
    const share = Math.floor(tokens / calls) + (index < tokens % calls ? 1 : 0);
    const nano = cost / BigInt(calls) + (BigInt(index) < cost % BigInt(calls) ? 1n : 0n);
    return {
      id: `told-${told}`,
      provider,
      model,
      usage: { input: share },
      cost_usd: `${nano / 1_000_000_000n}.${(nano % 1_000_000_000n).toString().padStart(9, "0")}`,
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(tags === undefined ? {} : { tags }),
      ...(statusCode === undefined ? {} : { status_code: statusCode }),
    };
  });
}

export async function setClock(api: RunningApi, now: string): Promise<void> {
  const answer = await api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
  expect(answer.status).toBe(200);
}

/** `data` of what a customer's page says. */
export async function page(api: RunningApi, key: string, path: string) {
  const answer = await api.ask("GET", `/api/subscription/${path}`, { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data;
}
