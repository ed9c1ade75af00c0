/** A customer is served the model that they were judged by. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "./stage.ts";

const CHAT = "/openai/v1/chat/completions";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({});
});
afterAll(() => stage.close());

test("a body that this JavaScript engine could read otherwise than the provider is refused before it is sent", async () => {
  const key = await stage.customer();
  const post = (body: string): Promise<Response> =>
    fetch(stage.url + CHAT, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body,
    });
  const reachedNow = (): number => stage.provider.requests.length;
  const before = reachedNow();
  const messages = '"messages":[{"role":"user","content":"hi"}]';
  // Read a few times, the literal key is what the engine takes the escaped one for.
  for (let time = 0; time < 5; time += 1) {
    await post(`{"model":"gpt-4.1-nano","m\\\\u00":1,${messages}}`);
  }
  const reached = reachedNow();
  const answer = await post(`{"model":"gpt-4.1-nano","m\\u006fdel":"gpt-5.2-pro",${messages}}`);
  expect(answer.status).toBe(400);
  const refused: Json = await answer.json();
  expect(refused.error.message).toContain("write them plainly");
  expect(reached).toBeGreaterThan(before);
  expect(reachedNow()).toBe(reached);
});
