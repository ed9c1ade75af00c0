import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { chat, type EventRow, type Json, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({
    settings: {
      PURSER_DEADLINE_JSON: "1.5",
      PURSER_DEADLINE_SILENCE: "0.6",
      PURSER_DEADLINE_CALL: "5",
    },
  });
});
afterAll(() => stage.close());
afterEach(() => {
  stage.script = null;
});

const CHAT = "/openai/v1/chat/completions";

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly broken: boolean;
  readonly event: EventRow;
}

async function call(model: string, stream: boolean): Promise<Answered> {
  const key = await stage.customer();
  const response = await stage.post(CHAT, key, chat(model, { stream }));
  let broken = false;
  const text = await response.text().catch(() => {
    broken = true;
    return "";
  });
  const [event] = await stage.eventsOnce(key, 1);
  if (event === undefined) throw new Error("There is no event.");
  expect(stage.openHolds()).toBe(0);
  expect(event.id).toBe(response.headers.get("x-purser-request-id"));
  const counters = stage.counters(key);
  expect(counters.every(({ held }) => held === 0)).toBe(true);
  return { status: response.status, headers: response.headers, text, broken, event };
}

describe("whatever a provider answers, the call ends with one event and no hold", () => {
  for (const stream of [false, true]) {
    const kind = stream ? "a stream" : "JSON";

    test.each(["sim-garbage", "sim-empty", "sim-html"])(
      `%s for ${kind} passes as it is, estimated`,
      async (model) => {
        const { status, event, broken } = await call(model, stream);
        expect({ status, broken }).toEqual({ status: 200, broken: false });
        expect(event).toMatchObject({ estimated: true, calls: 1 });
        expect(event.usage.input).toBeGreaterThan(0);
      },
    );

    test.each(["negative", "fractional", "huge", "text", "none"])(
      `usage that is %s in ${kind} is not believed`,
      async (usage) => {
        const { status, event } = await call(`sim-usage-${usage}`, stream);
        expect(status).toBe(200);
        expect(event.estimated).toBe(true);
        expect(
          Object.values(event.usage).every(
            (quantity) => Number.isInteger(quantity) && quantity > 0 && quantity < 10_000,
          ),
        ).toBe(true);
      },
    );

    test(`a wrong content type on ${kind} that is otherwise fine is metered all the same`, async () => {
      const { headers, event } = await call("sim-wrong-type", stream);
      expect(headers.get("content-type")).toBe("text/plain");
      expect(event.estimated).toBe(false);
    });

    test.each(["gzip", "deflate", "br", "zstd"])(
      `%s that was not asked for is undone in ${kind}`,
      async (encoding) => {
        const { headers, text, event } = await call(`sim-${encoding}`, stream);
        expect(headers.get("content-encoding")).toBeNull();
        expect(text).toContain("simulated");
        expect(event.estimated).toBe(false);
      },
    );

    test(`a provider's 500 passes with ${kind} asked for, and is billed as nothing`, async () => {
      const { status, text, event } = await call("sim-500", stream);
      expect({ status, text }).toEqual({
        status: 500,
        text: '{"error":{"message":"simulated failure"}}',
      });
      expect(event).toMatchObject({ status_code: 500, cost: 0, usage: {} });
    });

    test(`a provider's own 429 passes with ${kind} asked for and is not mistaken for ours`, async () => {
      const { status, headers, event } = await call("sim-429", stream);
      expect(status).toBe(429);
      expect(headers.get("x-purser-refusal")).toBeNull();
      expect(headers.get("retry-after")).toBe("30");
      expect(event).toMatchObject({ calls: 0, cost: 0, retry_count: 0 });
    });

    test(`a connection that breaks before ${kind} begins is a 502 in the provider's words`, async () => {
      const { status, text, event } = await call("sim-reset", stream);
      expect(status).toBe(502);
      expect(JSON.parse(text)).toMatchObject({
        error: { message: expect.stringContaining("OpenAI") },
        purser: { success: false, error: "provider_failed", request_id: event.id },
      });
      expect(event).toMatchObject({ status_code: 502, estimated: true, calls: 1 });
    });

    test(`a provider that hangs is a 504 after the deadline of ${kind}`, async () => {
      const { status, text, event } = await call("sim-hang", stream);
      expect(status).toBe(504);
      expect(JSON.parse(text).purser.error).toBe("provider_timeout");
      expect(event).toMatchObject({ status_code: 504, estimated: true, calls: 1 });
    });

    test(`503 is tried once more for ${kind}, and only once`, async () => {
      const fine = await call(`sim-503-then-fine-${stream}`, stream);
      expect(fine).toMatchObject({
        status: 200,
        event: { retry_count: 1, estimated: false, calls: 1 },
      });
      const before = stage.reached("sim-503");
      const failed = await call("sim-503", stream);
      expect(failed).toMatchObject({ status: 503, event: { retry_count: 1, calls: 0, cost: 0 } });
      expect(stage.reached("sim-503") - before).toBe(2);
    });

    test(`429 with a short retry-after is waited out for ${kind}`, async () => {
      const { status, event } = await call(`sim-429-then-fine-${stream}`, stream);
      expect(status).toBe(200);
      expect(event.retry_count).toBe(1);
    });
  }

  test("JSON that is cut is a 502, since nothing of it had been sent", async () => {
    const { status, event } = await call("sim-cut", false);
    expect(status).toBe(502);
    expect(event).toMatchObject({ status_code: 502, estimated: true });
  });

  test("a stream that is cut looks cut to the client, and is metered by what passed", async () => {
    const { status, broken, event } = await call("sim-cut", true);
    expect({ status, broken }).toEqual({ status: 200, broken: true });
    expect(event).toMatchObject({ status_code: 502, estimated: true });
    expect(event.usage.output).toBeGreaterThan(0);
  });

  test("a stream that falls silent is cut off after the silence deadline, and a slow one is not", async () => {
    stage.script = () => ({ betweenMs: 900 });
    const silent = await call("gpt-4.1-mini", true);
    expect(silent).toMatchObject({ broken: true, event: { status_code: 504, estimated: true } });
    expect(silent.event.latency_ms).toBeLessThan(2_000);
    stage.script = () => ({ betweenMs: 250, outputTokens: 6 });
    const slow = await call("gpt-4.1-mini", true);
    expect(slow).toMatchObject({ broken: false, event: { status_code: 200, estimated: false } });
    expect(slow.event.latency_ms).toBeGreaterThan(1_200);
  });

  test("a stream that goes on for ever ends at the deadline of a call", async () => {
    stage.script = () => ({ betweenMs: 200, outputTokens: 1_000 });
    const { broken, event } = await call("gpt-4.1-mini", true);
    expect(broken).toBe(true);
    expect(event).toMatchObject({ status_code: 504, estimated: true });
    expect(event.latency_ms).toBeLessThan(6_000);
  });
});

test("a provider that is away is a 502 that charges nothing: the hold is released", async () => {
  const away = await setStage({ settings: { PURSER_UPSTREAM_OPENAI: "http://127.0.0.1:1" } });
  try {
    const key = await away.customer("one-call");
    for (let again = 0; again < 2; again += 1) {
      const response = await away.post(CHAT, key, chat("gpt-4.1-mini"));
      expect(response.status).toBe(502);
      const body: Json = await response.json();
      expect(body.purser).toMatchObject({ error: "provider_failed" });
      expect(body.error.message).toContain("nothing was charged");
    }
    expect(away.openHolds()).toBe(0);
    expect(away.events(key)).toEqual([]);
  } finally {
    await away.close();
  }
});

test("a provider without a credential is named with the setting that mends it", async () => {
  const bare = await setStage({ settings: { OPENAI_API_KEY: "" } });
  try {
    const key = await bare.customer();
    const response = await bare.post(CHAT, key, chat("gpt-4.1-mini"));
    const body: Json = await response.json();
    expect(response.status).toBe(502);
    expect(body.error.message).toContain("OPENAI_API_KEY");
    expect(bare.openHolds()).toBe(0);
    expect(bare.reached("gpt-4.1-mini")).toBe(0);
  } finally {
    await bare.close();
  }
});
