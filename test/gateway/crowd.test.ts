import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chat, type Stage, setStage } from "./stage.ts";

const CALLS = 500;
const ROOM = 37;
const CHAT = "/openai/v1/chat/completions";
const MODEL = "gpt-4.1-mini";

const plans = (caps: { tokens: number; cost: string }) => `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [] }
  - id: calls
    name: Calls
    tier: basic
    price: { monthly: 1, yearly: 1 }
    limits: [{ meter: calls, max: ${ROOM} }]
  - id: tokens
    name: Tokens
    tier: basic
    price: { monthly: 1, yearly: 1 }
    limits: [{ meter: tokens, max: ${caps.tokens} }]
  - id: cost
    name: Cost
    tier: basic
    price: { monthly: 1, yearly: 1 }
    limits: [{ meter: cost, max: "${caps.cost}" }]
`;

let stage: Stage;
beforeAll(async () => {
  const one = await holdOfOneCall();
  // Room for 37 calls and almost for one more.
  stage = await setStage({
    plans: plans({
      tokens: one.tokens * (ROOM + 1) - 1,
      cost: ((one.cost * (ROOM + 1) - 1) / 1e9).toFixed(9),
    }),
  });
});
afterAll(() => stage.close());

/** What the ledger holds for one such call, in tokens and nano-dollars. */
async function holdOfOneCall(): Promise<{ tokens: number; cost: number }> {
  const measuring = await setStage({ plans: plans({ tokens: 1_000_000, cost: "1000" }) });
  try {
    const gate = Promise.withResolvers<void>();
    measuring.script = () => ({ waitFor: gate.promise });
    const held = async (plan: "tokens" | "cost"): Promise<number> => {
      const key = await measuring.customer(plan);
      const reached = measuring.reached(MODEL);
      void measuring.post(CHAT, key, chat(MODEL)).catch(() => null);
      while (measuring.reached(MODEL) === reached) await sleep(5);
      return measuring.counters(key).find(({ meter }) => meter === plan)?.held ?? 0;
    };
    const one = { tokens: await held("tokens"), cost: await held("cost") };
    gate.resolve();
    return one;
  } finally {
    await measuring.close();
  }
}

test.each(["calls", "tokens", "cost"] as const)(
  "of 500 calls at once with room for 37 by %s, exactly 37 pass and 463 never reach the provider",
  async (meter) => {
    const key = await stage.customer(meter);
    const { data } = await stage.admin("GET", "/api/admin/plans");
    const cap = capOf(data, meter);
    const gate = Promise.withResolvers<void>();
    stage.script = () => ({ waitFor: gate.promise });
    const before = stage.provider.requests.length;

    let refused = 0;
    const statuses = Array.from({ length: CALLS }, async () => {
      const response = await stage.post(CHAT, key, chat(MODEL));
      if (response.status === 429) refused += 1;
      await response.arrayBuffer();
      return response.status;
    });
    // The provider answers only after all 500 are decided; the limit holds at every look on the way.
    while (refused < CALLS - ROOM) {
      for (const counter of stage.counters(key)) {
        if (counter.meter === meter) expect(counter.used + counter.held).toBeLessThanOrEqual(cap);
      }
      await sleep(10);
    }
    gate.resolve();
    const answered = await Promise.all(statuses);

    expect(answered.filter((status) => status === 200)).toHaveLength(ROOM);
    expect(answered.filter((status) => status === 429)).toHaveLength(CALLS - ROOM);
    expect(stage.provider.requests.length - before).toBe(ROOM);
    const events = await stage.eventsOnce(key, ROOM);
    expect(events).toHaveLength(ROOM);
    const counter = stage.counters(key).find((one) => one.meter === meter);
    expect(counter?.held).toBe(0);
    const sum = { calls: 0, tokens: 0, cost: 0 };
    for (const event of events) {
      sum.calls += event.calls;
      sum.tokens += (event.usage.input ?? 0) + (event.usage.output ?? 0);
      sum.cost += event.cost;
    }
    expect(counter?.used).toBe(sum[meter]);
    expect(stage.openHolds()).toBe(0);
  },
);

function capOf(plans: unknown, meter: "calls" | "tokens" | "cost"): number {
  if (meter === "calls") return ROOM;
  const found = new RegExp(`"meter":"${meter}"[^}]*"max":"?([0-9.]+)`).exec(JSON.stringify(plans));
  const max = Number(found?.[1]);
  expect(max).toBeGreaterThan(0);
  return meter === "cost" ? Math.round(max * 1e9) : max;
}
