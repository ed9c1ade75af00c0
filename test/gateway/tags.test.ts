/** Tags of a call: named in a header, kept with its event, added up where the operator declared them, told to no provider. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chat, type Json, type Stage, setStage } from "./stage.ts";

const ORIGIN = "https://app.example.com";
const CHAT = "/openai/v1/chat/completions";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({
    settings: { PURSER_TAGS: "team, feature", PURSER_CORS_ORIGINS: ORIGIN },
  });
});
afterAll(() => stage.close());

const tagged = (path: string, key: string, tags: string, body: object) =>
  stage.post(path, key, body, { headers: { "x-purser-tags": tags } });

function rows(select: string, ...values: string[]): Json[] {
  const database = new DatabaseSync(join(stage.dataDir, "purser.db"), { readOnly: true });
  try {
    return database.prepare(select).all(...values);
  } finally {
    database.close();
  }
}

const tagsOf = (eventId = "") => {
  const [row] = rows("select tags from event_details where event_id = ?", eventId);
  return row === undefined ? null : JSON.parse(row.tags);
};

test("they are kept with the event, declared ones are added up, and the provider hears of none", async () => {
  const key = await stage.customer();
  const header = "team=red, feature=chat%2C%20caf%C3%A9 ,session=a=b,empty=";
  for (const streamed of [false, true]) {
    const answer = await tagged(CHAT, key, header, chat("gpt-4o-mini", { stream: streamed }));
    expect(answer.status).toBe(200);
    await answer.text();
    expect(stage.provider.requests.at(-1)?.headers).not.toHaveProperty("x-purser-tags");
  }
  const events = await stage.eventsOnce(key, 2);
  const kept = { team: "red", feature: "chat, café", session: "a=b", empty: "" };
  expect(events.map(({ id }) => tagsOf(id))).toEqual([kept, kept]);
  const cost = events.reduce((sum, event) => sum + event.cost, 0);
  expect(cost).toBeGreaterThan(0);
  const sums = rows(
    `select tag, value, model, calls, cost, events from rollups_tag
     where customer_id = (select customer_id from events where id = ?) order by tag`,
    events[0]?.id ?? "",
  );
  const same = { model: "gpt-4o-mini", calls: 2, cost, events: 2 };
  expect(sums).toEqual([
    { tag: "feature", value: "chat, café", ...same },
    { tag: "team", value: "red", ...same },
  ]);
});

test("a call without the header, or with an empty one, has none", async () => {
  const key = await stage.customer();
  await (await tagged(CHAT, key, " ", chat("gpt-4o-mini"))).text();
  const [event] = await stage.eventsOnce(key, 1);
  expect(tagsOf(event?.id)).toBeNull();
});

test("work that is answered later has those of the call that began it", async () => {
  const key = await stage.customer();
  const background = { model: "gpt-5-mini", input: "Think.", background: true };
  await (await tagged("/openai/v1/responses", key, "team=blue", background)).text();
  const [event] = await stage.eventsOnce(key, 1);
  expect(tagsOf(event?.id)).toEqual({ team: "blue" });
});

describe("a header that cannot be read is refused by its name, and nothing is sent", () => {
  const many = Array.from({ length: 21 }, (_, index) => `t${index}=x`).join(",");
  test.each([
    ["red", "such as team=red"],
    ["=red", "names of 1 to 64"],
    [`${"n".repeat(65)}=red`, "names of 1 to 64"],
    [`team=${"v".repeat(257)}`, "at most 256"],
    [many, "at most 20"],
    ["team=red,team=blue", "team twice"],
    ["team=%E0%A4%A", "percent-encoded"],
    ["team=%", "percent-encoded"],
    ["team=caf\u00e9", "percent-encoded"],
  ])("%s", async (header, mend) => {
    const key = await stage.customer();
    const before = stage.provider.requests.length;
    const answer = await tagged(CHAT, key, header, chat("gpt-4o-mini"));
    expect(answer.status).toBe(400);
    const body: Json = await answer.json();
    expect(body.error.message).toContain("x-purser-tags");
    expect(body.error.message).toContain(mend);
    expect(stage.provider.requests.length).toBe(before);
    expect(stage.events(key)).toEqual([]);
  });
});

test("a browser of a named origin may send it", async () => {
  const answer = await fetch(stage.url + CHAT, {
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, x-purser-tags",
    },
  });
  expect(answer.headers.get("access-control-allow-headers")).toContain("x-purser-tags");
});
