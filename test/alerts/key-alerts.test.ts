/** An alert about a key's budget calls the key by its name, where it is shown and where it is sent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../eventually.ts";
import { chat, type Stage, setStage } from "../gateway/stage.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./receivers/webhook-receiver.ts";

let stage: Stage;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stage = await setStage({ settings: { PURSER_PRIVATE_RECEIVERS: receiver.host } });
});
afterAll(async () => {
  await stage.close();
  await receiver.close();
});

test("the page, and the webhook too, name the key that is used up", async () => {
  await stage.admin("POST", "/api/admin/channels", {
    ...{ kind: "webhook", name: "team", url: receiver.url, events: ["alert.*"] },
  });
  await stage.admin("POST", "/api/admin/customers", { id: "cleo" });
  const { data } = await stage.admin("POST", "/api/admin/customers/cleo/keys", {
    name: "staging",
    limits: [{ meter: "calls", max: 1 }],
  });
  const answer = await stage.post("/openai/v1/chat/completions", data.key, chat("gpt-4.1-mini"));
  expect(answer.status).toBe(200);
  await answer.text();
  const { alerts } = await eventually(async () => {
    const shown = await stage.admin("GET", "/api/subscription/alerts/cleo");
    expect(shown.data.alerts).not.toEqual([]);
    return shown.data;
  });
  expect(alerts[0].message).toBe("Your key “staging” has used 1 of 1 API call");
  await eventually(() => expect(receiver.taken).not.toEqual([]));
  expect(JSON.stringify(receiver.taken)).toContain("Key “staging” of customer cleo has used");
});
