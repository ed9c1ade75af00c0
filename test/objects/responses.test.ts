/** Responses that are kept: only their owner may name them, and background ones are settled once. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "../gateway/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const openaiOf = (key: string) =>
  new OpenAI({ apiKey: key, baseURL: `${stage.url}/openai/v1`, maxRetries: 0 });
const model = "gpt-5-mini";

/** What the SDK raises, and that nothing of the call reached the provider. */
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

describe("a stored response", () => {
  test("is its customer's to read, to go on from and to delete", async () => {
    const openai = openaiOf(await stage.customer());
    const first = await openai.responses.create({ model, input: "Remember seven." });
    expect((await openai.responses.retrieve(first.id)).output_text).toBe(first.output_text);
    const next = await openai.responses.create({
      model,
      input: "What was it?",
      previous_response_id: first.id,
    });
    expect(next.output_text).toContain("simulated");
    await openai.responses.delete(first.id);
    expect(await refusal(() => openai.responses.retrieve(first.id))).toMatchObject({ status: 404 });
  });

  test("is nobody else's, and an unknown one is no different", async () => {
    const mine = openaiOf(await stage.customer());
    const key = await stage.customer();
    const theirs = openaiOf(key);
    const { id } = await mine.responses.create({ model, input: "This is mine." });
    for (const name of [id, "resp_never_made"]) {
      for (const call of [
        () => theirs.responses.retrieve(name),
        () => theirs.responses.delete(name),
        () => theirs.responses.cancel(name),
        () => theirs.responses.create({ model, input: "Go on.", previous_response_id: name }),
        () => theirs.responses.create({ model, input: "Go on.", conversation: name }),
        () =>
          theirs.responses.create({
            model,
            input: [{ role: "user", content: [{ type: "input_file", file_id: name }] }],
          }),
        () =>
          theirs.responses.create({
            model,
            input: "Run it.",
            tools: [{ type: "code_interpreter", container: { type: "auto", file_ids: [name] } }],
          }),
      ]) {
        const error = await refusal(call);
        expect(error).toBeInstanceOf(OpenAI.NotFoundError);
        expect(error.message).toContain(`There is no ${name}`);
        expect(error.code).toBe("not_found");
      }
    }
    expect(stage.events(key)).toEqual([]);
    expect(stage.openHolds()).toBe(0);
  });

  test("that was streamed is its customer's too, and one that was not stored is nobody's", async () => {
    const openai = openaiOf(await stage.customer());
    const stream = await openai.responses.create({ model, input: "Stream it.", stream: true });
    let id = "";
    for await (const event of stream)
      if (event.type === "response.completed") id = event.response.id;
    expect(id).not.toBe("");
    // It is ours to ask for; that provider keeps no streamed ones.
    await expect(openai.responses.retrieve(id)).rejects.toThrow("no such address");
    const unkept = await openai.responses.create({ model, input: "Forget it.", store: false });
    expect(await refusal(() => openai.responses.retrieve(unkept.id))).toMatchObject({
      status: 404,
    });
  });

  test("counts for the input of a request that goes on from it as what it was, not as a guess", async () => {
    const openai = openaiOf(await stage.customer());
    const { id } = await openai.responses.create({ model, input: "Short." });
    let held = 0;
    stage.script = () => {
      held = stage.holds()[0]?.held["input_tokens"] ?? 0;
      return undefined;
    };
    await openai.responses.create({ model, input: "On.", previous_response_id: id });
    stage.script = null;
    expect(held).toBeGreaterThan(10);
    expect(held).toBeLessThan(1_000);
  });

  test("lists are not offered", async () => {
    const openai = openaiOf(await stage.customer());
    const error = await refusal(() => openai.get("/responses"));
    expect(error).toMatchObject({ status: 404, code: "operation_not_offered" });
  });
});

describe("a background response", () => {
  test("is held until it is over, settled once, and free to ask for", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const begun = await openai.responses.create({
      model,
      input: "Think about it.",
      background: true,
      max_output_tokens: 300,
    });
    expect(begun.status).toBe("queued");
    expect(stage.events(key)).toEqual([]);
    expect(stage.holds()).toMatchObject([{ owner: "provider" }]);
    const [event] = await stage.eventsOnce(key, 1);
    expect(event).toMatchObject({
      model,
      operation: "responses",
      calls: 1,
      estimated: false,
      unconfirmed: false,
      status_code: 200,
    });
    expect(stage.openHolds()).toBe(0);
    const ended = await openai.responses.retrieve(begun.id);
    expect(ended.status).toBe("completed");
    expect(event?.usage).toEqual({
      input: ended.usage?.input_tokens,
      output: ended.usage?.output_tokens,
    });
    expect(event?.cost).toBeGreaterThan(0);
    for (let again = 0; again < 3; again += 1) await openai.responses.retrieve(begun.id);
    expect(stage.events(key)).toHaveLength(1);
    expect(stage.counters(key).every(({ held }) => held === 0)).toBe(true);
  });

  test("that was cancelled and used nothing frees its hold and counts as no call", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const { id } = await openai.responses.create({ model, input: "Stop me.", background: true });
    expect((await openai.responses.cancel(id)).status).toBe("cancelled");
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ usage: {}, cost: 0, calls: 0 }]);
    expect(stage.openHolds()).toBe(0);
  });

  test("cannot be streamed, or asked for by another", async () => {
    const openai = openaiOf(await stage.customer());
    const streamed = await refusal(() =>
      openai.responses.create({ model, input: "x", background: true, stream: true }),
    );
    expect(streamed).toMatchObject({ status: 404, code: "operation_not_offered" });
    const { id } = await openai.responses.create({ model, input: "Mine.", background: true });
    const other = openaiOf(await stage.customer());
    expect(await refusal(() => other.responses.retrieve(id))).toMatchObject({ status: 404 });
  });

  test("that the provider refuses holds nothing", async () => {
    const key = await stage.customer();
    stage.script = () => ({ raw: { status: 400, body: '{"error":{"message":"no"}}' } });
    const openai = openaiOf(key);
    await expect(
      openai.responses.create({ model, input: "No.", background: true }),
    ).rejects.toThrow("no");
    stage.script = null;
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ usage: {}, calls: 0 }]);
  });
});
