/** Files and batches of OpenAI: owned by who made them, held by their requests, settled once at batch prices. */
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "../gateway/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({
    plans: `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits: []
  - id: tight
    name: Tight
    tier: basic
    price: { monthly: 5, yearly: 50 }
    limits:
      - { meter: tokens, max: 2000 }
`,
  });
});
afterAll(() => stage.close());

const openaiOf = (key: string) =>
  new OpenAI({ apiKey: key, baseURL: `${stage.url}/openai/v1`, maxRetries: 0 });
const model = "gpt-4o-mini";

function line(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  const messages = [{ role: "user", content: `Question ${id}: say something.` }];
  const body = { model, max_tokens: 100, messages, ...more };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body });
}

async function upload(openai: OpenAI, lines: readonly string[]) {
  const file = await toFile(Buffer.from(lines.join("\n")), "requests.jsonl");
  return openai.files.create({ file, purpose: "batch" });
}

const batchOf = (openai: OpenAI, file: string) =>
  openai.batches.create({
    input_file_id: file,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  });

async function refusal(call: () => PromiseLike<unknown>): Promise<Json> {
  const before = stage.provider.requests.length;
  try {
    await call();
  } catch (error) {
    expect(stage.provider.requests).toHaveLength(before);
    return error;
  }
  throw new Error("It was not refused.");
}

/** Until the provider says so to its owner. */
async function ended(openai: OpenAI, id: string) {
  for (;;) {
    const batch = await openai.batches.retrieve(id);
    if (batch.status !== "in_progress") return batch;
    await sleep(50);
  }
}

describe("a batch", () => {
  test("is held by the sum of its requests, settled once at batch prices, and its results are its owner's", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const lines = [line("a"), line("b"), "", line("c", { user: "fails" })];
    const file = await upload(openai, lines);
    const begun = await batchOf(openai, file.id);
    expect(begun.status).toBe("in_progress");
    const [hold] = stage.holds();
    expect(hold).toMatchObject({ owner: "provider", held: { calls: 1, output_tokens: 300 } });
    expect(hold?.held["input_tokens"]).toBeGreaterThan(30);
    // At batch prices already: $0.075 and $0.30 a million.
    expect(hold?.held["cost"]).toBe((hold?.held["input_tokens"] ?? 0) * 75 + 300 * 300);
    expect(stage.events(key)).toEqual([]);

    const batch = await ended(openai, begun.id);
    const results = await openai.files.content(batch.output_file_id ?? "");
    const answers: Json[] = (await results.text()).split("\n").map((text) => JSON.parse(text));
    expect(answers.map(({ custom_id }) => custom_id)).toEqual(["a", "b", "c"]);
    let input = 0;
    let output = 0;
    for (const { response } of answers) {
      input += response.body.usage?.prompt_tokens ?? 0;
      output += response.body.usage?.completion_tokens ?? 0;
    }
    const [event] = await stage.eventsOnce(key, 1);
    expect(event).toMatchObject({
      model,
      operation: "batch",
      endpoint: "/v1/batches",
      usage: { input, output },
      calls: 1,
      estimated: false,
    });
    // Half of $0.15 and $0.60 a million.
    expect(event?.cost).toBe(Math.round((input * 75 + output * 300) / 1));
    expect(stage.openHolds()).toBe(0);
    await openai.batches.retrieve(begun.id);
    await (await openai.files.content(batch.output_file_id ?? "")).text();
    await sleep(1_500);
    expect(stage.events(key)).toHaveLength(1);

    const other = openaiOf(await stage.customer());
    for (const call of [
      () => other.batches.retrieve(begun.id),
      () => other.batches.cancel(begun.id),
      () => other.files.retrieve(file.id),
      () => other.files.content(batch.output_file_id ?? ""),
      () => other.files.delete(batch.output_file_id ?? ""),
      () => batchOf(other, file.id),
      () => batchOf(other, "file-none"),
    ]) {
      expect(await refusal(call)).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  test("that a limit cannot take is refused before it is made", async () => {
    const openai = openaiOf(await stage.customer("tight"));
    const file = await upload(
      openai,
      Array.from({ length: 30 }, (_, index) => line(String(index))),
    );
    const error = await refusal(() => batchOf(openai, file.id));
    expect(error).toMatchObject({ status: 429, code: "limit_reached" });
    expect(stage.openHolds()).toBe(0);
  });

  test("cannot name another's file in one of its requests", async () => {
    const mine = openaiOf(await stage.customer());
    const secret = await mine.files.create({
      file: await toFile(Buffer.from("secret"), "secret.txt"),
      purpose: "user_data",
    });
    const other = openaiOf(await stage.customer());
    const content = [{ type: "file", file: { file_id: secret.id } }];
    const file = await upload(other, [line("x", { messages: [{ role: "user", content }] })]);
    expect(await refusal(() => batchOf(other, file.id))).toMatchObject({ status: 404 });
  });

  test("whose results are deleted at once is settled before they are", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const { id } = await batchOf(openai, (await upload(openai, [line("d")])).id);
    const { output_file_id } = await ended(openai, id);
    await openai.files.delete(output_file_id ?? "");
    expect(stage.events(key)).toMatchObject([{ estimated: false, calls: 1 }]);
    expect(await refusal(() => openai.files.content(output_file_id ?? ""))).toMatchObject({
      status: 404,
    });
  });

  test("that was cancelled before anything was answered costs nothing", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const { id } = await batchOf(openai, (await upload(openai, [line("e")])).id);
    await openai.batches.cancel(id);
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ usage: {}, cost: 0, calls: 0 }]);
  });
});

describe("a file", () => {
  test("with a request that cannot be metered is refused with its line", async () => {
    const openai = openaiOf(await stage.customer());
    const cases: readonly [readonly string[], string][] = [
      [[line("a"), "{broken"], "Line 2"],
      [[line("a", { model: undefined })], "Line 1: model"],
      [[line("a"), line("b", { model: "gpt-4o" })], "Line 2: model"],
      [[line("a", { stream: true })], "Line 1: stream"],
      [[line("a").replace("/v1/chat/completions", "/v1/files")], "Line 1: /v1/files"],
      [["", ""], "requests"],
    ];
    for (const [lines, words] of cases) {
      const error = await refusal(() => upload(openai, lines));
      expect(error.message).toContain(words);
    }
  });

  test("is its owner's to read, to name and to delete, and its size is what a request that names it holds", async () => {
    const openai = openaiOf(await stage.customer());
    const text = "word ".repeat(4_000);
    const file = await openai.files.create({
      file: await toFile(Buffer.from(text), "notes.txt", { type: "text/plain" }),
      purpose: "user_data",
    });
    expect(await (await openai.files.content(file.id)).text()).toBe(text);
    expect((await openai.files.retrieve(file.id)).bytes).toBe(text.length);
    let held = 0;
    stage.script = () => {
      held = stage.holds()[0]?.held["input_tokens"] ?? held;
      return undefined;
    };
    await openai.responses.create({
      model,
      input: [{ role: "user", content: [{ type: "input_file", file_id: file.id }] }],
    });
    stage.script = null;
    // 6,000 and a token for every two bytes, beside the request's own few.
    expect(held).toBeGreaterThan(16_000);
    expect(held).toBeLessThan(16_200);
    expect((await openai.files.delete(file.id)).deleted).toBe(true);
    expect(await refusal(() => openai.files.retrieve(file.id))).toMatchObject({ status: 404 });
  });

  test("lists of files and batches are not offered", async () => {
    const openai = openaiOf(await stage.customer());
    for (const path of ["/files", "/batches"]) {
      expect(await refusal(() => openai.get(path))).toMatchObject({
        code: "operation_not_offered",
      });
    }
  });
});
