/** What `/metrics` counts: calls, units, money and refusals as they were, and nothing about a customer. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { Histogram, prometheusText } from "../../src/server/prometheus-text.ts";
import { chat, type Json, type Stage, setStage } from "../gateway/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

async function scrape(key?: string): Promise<{ status: number; text: string; type: string }> {
  const headers: Record<string, string> =
    key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${stage.url}/metrics`, { headers });
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, text: await response.text(), type };
}

async function serviceKey(): Promise<string> {
  const { data } = await stage.admin("POST", "/api/admin/keys", { kind: "service", name: "prom" });
  return data.key;
}

/** The value of one sample; NaN where it is not there. */
function sampleIn(text: string, sample: string): number {
  const line = text.split("\n").find((one) => one.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1) ?? "NaN");
}

test("calls, units, money and refusals are counted as they happened", async () => {
  const key = await stage.customer("one-call");
  const answered = await stage.post("/openai/v1/chat/completions", key, chat("gpt-4o-mini"));
  expect(answered.status).toBe(200);
  const { usage }: Json = await answered.json();
  const refused = await stage.post("/openai/v1/chat/completions", key, chat("gpt-4o-mini"));
  expect(refused.status).toBe(429);
  await stage.post("/openai/v1/no-such-thing", key, {});
  const { text, type } = await scrape(await serviceKey());
  const [event] = stage.events(key);

  expect(type).toContain("text/plain; version=0.0.4");
  const one = 'provider="openai"';
  expect(sampleIn(text, `purser_calls_total{${one},outcome="succeeded"}`)).toBe(1);
  expect(sampleIn(text, `purser_usage_total{${one},bucket="output"}`)).toBe(
    usage.completion_tokens - usage.completion_tokens_details.reasoning_tokens,
  );
  expect(sampleIn(text, `purser_cost_usd_total{${one}}`)).toBe((event?.cost ?? 0) / 1e9);
  expect(sampleIn(text, `purser_refusals_total{${one},code="limit_reached"}`)).toBe(1);
  expect(sampleIn(text, `purser_refusals_total{${one},code="operation_not_offered"}`)).toBe(1);
  expect(sampleIn(text, `purser_unpriced_events_total{${one}}`)).toBe(0);
  expect(sampleIn(text, `purser_total_disagreements_total{${one}}`)).toBe(0);
  expect(sampleIn(text, 'purser_ledger_seconds_count{operation="reserve"}')).toBe(2);
  expect(sampleIn(text, 'purser_ledger_seconds_count{operation="settle"}')).toBe(1);
  expect(sampleIn(text, "purser_ledger_batch_operations_sum")).toBeGreaterThanOrEqual(3);
  expect(sampleIn(text, "purser_held_calls")).toBe(0);
  expect(sampleIn(text, "purser_calls_in_flight")).toBe(0);
  expect(sampleIn(text, 'purser_event_loop_lag_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(
    0,
  );
});

test("a call that runs is in flight, and holds", async () => {
  const key = await stage.customer();
  const prometheus = await serviceKey();
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  stage.script = () => {
    reached.resolve();
    return { waitFor: gate.promise };
  };
  const call = stage.post("/openai/v1/chat/completions", key, chat("gpt-4o-mini"));
  await reached.promise;
  const { text } = await scrape(prometheus);
  gate.resolve();
  await (await call).text();
  stage.script = null;
  expect(sampleIn(text, "purser_calls_in_flight")).toBe(1);
  expect(sampleIn(text, "purser_held_calls")).toBe(1);
});

test("answers that contradict themselves are counted, and so is a stated cost that is not ours", async () => {
  const key = await stage.customer();
  stage.script = () => ({ usageSaid: 5 });
  await (await stage.post("/openai/v1/chat/completions", key, chat("gpt-4o-mini"))).text();
  stage.script = null;
  const { text } = await scrape(await serviceKey());
  expect(sampleIn(text, 'purser_total_disagreements_total{provider="openai"}')).toBe(1);

  const metrics = createMetrics();
  const row = defaultPriceBook().find({
    provider: "exa",
    model: "search",
    at: instant(Date.now()),
  });
  for (const stated of [3_000_000n, 3_020_000n, 3_040_000n]) {
    const charge = chargeFor({ usage: { requests: 1 }, row, stated: nanoUsd(stated) });
    metrics.answered({ provider: "exa", reading: null, charge });
  }
  const told = metrics.text({
    heldCalls: 0,
    callsInFlight: 0,
    deliveries: { pending: 0, dead: 0 },
    node: { id: "a", database: "sqlite", runsJobs: true },
  });
  metrics.close();
  expect(sampleIn(told, 'purser_stated_cost_differences_total{provider="exa"}')).toBe(1);
});

test("attempts to tell somebody are counted by how they ended, and what waits is shown", () => {
  const metrics = createMetrics();
  metrics.delivered({ kind: "webhook", outcome: "failed" });
  metrics.delivered({ kind: "webhook", outcome: "failed" });
  metrics.delivered({ kind: "email", outcome: "sent" });
  const told = metrics.text({
    heldCalls: 0,
    callsInFlight: 0,
    deliveries: { pending: 3, dead: 1 },
    node: { id: "a", database: "sqlite", runsJobs: true },
  });
  metrics.close();
  expect(sampleIn(told, 'purser_deliveries_total{kind="webhook",outcome="failed"}')).toBe(2);
  expect(sampleIn(told, 'purser_deliveries_total{kind="email",outcome="sent"}')).toBe(1);
  expect(sampleIn(told, 'purser_deliveries_unsent{state="pending"}')).toBe(3);
  expect(sampleIn(told, 'purser_deliveries_unsent{state="dead"}')).toBe(1);
});

test("nothing names a customer, a key or a model, and a caller's made-up provider gets no label of its own", async () => {
  const service = await serviceKey();
  await stage.customer();
  const response = await fetch(`${stage.url}/api/subscription/usage/customer-1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${service}`, "content-type": "application/json" },
    body: JSON.stringify({
      events: [
        { id: "e1", provider: "made-up-by-caller", model: "some-model", usage: { pages: 3 } },
      ],
    }),
  });
  expect(response.status).toBe(200);
  const { text } = await scrape(service);
  expect(sampleIn(text, 'purser_usage_total{provider="other",bucket="pages"}')).toBe(3);
  expect(sampleIn(text, 'purser_unpriced_events_total{provider="other"}')).toBe(1);
  const labels = new Set([...text.matchAll(/([a-z_]+)="/g)].map(([, label]) => label));
  expect(labels).toEqual(
    new Set([
      "node_id",
      "database",
      "provider",
      "outcome",
      "bucket",
      "code",
      "operation",
      "le",
      "quantile",
      "state",
    ]),
  );
  for (const word of ["customer-", "made-up", "some-model", "gpt-", "sk-"]) {
    expect(text).not.toContain(word);
  }
});

test("the deployment's numbers are for its operator: no key is 401, a customer's 403", async () => {
  expect((await scrape()).status).toBe(401);
  expect((await scrape(await stage.customer())).status).toBe(403);
});

test("the text is what Prometheus parses: escaped labels, exact money, buckets that add up", () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0.5, 1, 7, 99]) histogram.add(value);
  const text = prometheusText([
    {
      name: "a_total",
      help: "A.",
      type: "counter",
      samples: [{ labels: { x: 'q"\\\n' }, value: "0.000000001" }],
    },
    { name: "b", help: "B.", type: "histogram", samples: histogram.samples() },
    { name: "c", help: "C.", type: "gauge", samples: [] },
  ]);
  expect(text).toBe(
    [
      "# HELP a_total A.",
      "# TYPE a_total counter",
      'a_total{x="q\\"\\\\\\n"} 0.000000001',
      "# HELP b B.",
      "# TYPE b histogram",
      'b_bucket{le="1"} 2',
      'b_bucket{le="10"} 3',
      'b_bucket{le="+Inf"} 4',
      "b_sum 107.5",
      "b_count 4",
      "",
    ].join("\n"),
  );
});
