/** Anthropic's message batches: held by their requests, settled once at batch prices, their owner's alone. */
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "../gateway/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const anthropicOf = (key: string) =>
  new Anthropic({ apiKey: key, baseURL: `${stage.url}/anthropic`, maxRetries: 0 });

const requestOf = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  custom_id: id,
  params: {
    model: "claude-haiku-4-5",
    max_tokens: 100,
    messages: [{ role: "user" as const, content: `Question ${id}.` }],
    ...more,
  },
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

test("a batch is held by its requests, settled once at batch prices, and its results come through us", async () => {
  const key = await stage.customer();
  const { batches } = anthropicOf(key).messages;
  const begun = await batches.create({
    requests: [requestOf("a"), requestOf("b", { metadata: { user_id: "fails" } }), requestOf("c")],
  });
  expect(begun.processing_status).toBe("in_progress");
  expect(stage.holds()).toMatchObject([
    { owner: "provider", held: { calls: 1, output_tokens: 300 } },
  ]);
  const [event] = await stage.eventsOnce(key, 1);
  const results: Json[] = [];
  // The SDK asks the address that the batch names.
  for await (const result of await batches.results(begun.id)) results.push(result);
  expect(results.map(({ result }) => result.type)).toEqual(["succeeded", "expired", "succeeded"]);
  const usages = results.flatMap(({ result }) => result.message?.usage ?? []);
  const input = usages.reduce((sum, usage) => sum + usage.input_tokens, 0);
  const output = usages.reduce((sum, usage) => sum + usage.output_tokens, 0);
  expect(event).toMatchObject({
    model: "claude-haiku-4-5",
    operation: "batch",
    usage: { input, output },
    calls: 1,
    estimated: false,
  });
  // Half of $1 and $5 a million.
  expect(event?.cost).toBe(input * 500 + output * 2_500);
  expect(stage.openHolds()).toBe(0);
  await batches.retrieve(begun.id);
  await batches.retrieve(begun.id);
  expect(stage.events(key)).toHaveLength(1);

  const theirs = anthropicOf(await stage.customer()).messages.batches;
  for (const call of [
    () => theirs.retrieve(begun.id),
    () => theirs.cancel(begun.id),
    () => theirs.delete(begun.id),
    () => theirs.retrieve("msgbatch_none"),
  ]) {
    const error = await refusal(call);
    expect(error).toBeInstanceOf(Anthropic.NotFoundError);
    expect(error.error.error.type).toBe("not_found_error");
  }
  expect(await refusal(() => theirs.list())).toMatchObject({ status: 404 });
  await batches.delete(begun.id);
  expect(await refusal(() => batches.retrieve(begun.id))).toMatchObject({ status: 404 });
});

test("a batch cannot be deleted while it runs, nor be of several models or of streams", async () => {
  const { batches } = anthropicOf(await stage.customer()).messages;
  const { id } = await batches.create({ requests: [requestOf("a")] });
  await expect(batches.delete(id)).rejects.toMatchObject({ status: 409 });
  const other = requestOf("b", { model: "claude-sonnet-4-5" });
  for (const requests of [[requestOf("a"), other], [requestOf("a", { stream: true })], []]) {
    expect(await refusal(() => batches.create({ requests }))).toMatchObject({ status: 400 });
  }
});
