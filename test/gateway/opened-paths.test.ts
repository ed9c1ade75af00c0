/** Paths that the operator opened: forwarded as they are, counted as calls, marked as unmetered. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stage, setStage } from "./stage.ts";

const PLANS = `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits:
      - { meter: cost, max: "1.00" }
      - { meter: calls, operation: unmetered, max: 1 }
`;
const OPENED = "/openai/v1/simulated/anything";

let stage: Stage;
beforeAll(async () => {
  const settings = { PURSER_OPENED_PATHS: "openai POST /v1/simulated/anything" };
  stage = await setStage({ plans: PLANS, settings });
});
afterAll(() => stage.close());

test("an opened path reaches the provider, is one call at no cost, and can be limited", async () => {
  const key = await stage.customer();
  const body = { model: "whatever", free: ["form"] };
  stage.script = () => ({ raw: { status: 200, body: '{"made":"something"}' } });
  const first = await stage.post(OPENED, key, body);
  expect(await first.json()).toEqual({ made: "something" });
  expect(first.headers.get("x-purser-cost-usd")).toBe("0");
  expect(stage.provider.requests.at(-1)?.path).toBe("/openai/v1/simulated/anything");
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({
    operation: "unmetered",
    endpoint: "/v1/simulated/anything",
    cost: 0,
    unpriced: false,
  });
  expect(event?.calls).toBe(1);
  const second = await stage.post(OPENED, key, body);
  expect(second.status).toBe(429);
  expect(second.headers.get("x-purser-refusal")).toBe("limit_reached");
});

test("a path beside it is not offered", async () => {
  const key = await stage.customer();
  const before = stage.provider.requests.length;
  expect((await stage.post(`${OPENED}/more`, key, {})).status).toBe(404);
  expect(stage.provider.requests.length).toBe(before);
});
