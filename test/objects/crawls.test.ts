/** Crawls and pictures that are asked for later, at providers that are paid by the unit. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "../gateway/stage.ts";

let stage: Stage;
let provider: Server;
let asked: string[] = [];
let isOver = false;
const NEXT = "https://api.firecrawl.dev/v2/crawl/crawl-1?skip=4";
const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);

beforeAll(async () => {
  provider = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    const send = (json: Json) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (request.url === "/v2/crawl") {
      const url = "https://api.firecrawl.dev/v2/crawl/crawl-1";
      return send({ success: true, id: "crawl-1", url });
    }
    if (request.url === "/v2/crawl/crawl-1") {
      const done = {
        status: "completed",
        total: 5,
        completed: 5,
        creditsUsed: 9,
        data: [],
        next: NEXT,
      };
      return send(isOver ? done : { status: "scraping", total: 5, completed: 2, creditsUsed: 3 });
    }
    if (request.method === "POST") return send({ id: "picture-1" });
    return response.writeHead(200, { "content-type": "image/png" }).end(PICTURE);
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const address = provider.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  stage = await setStage({
    settings: {
      PURSER_UPSTREAM_FIRECRAWL: url,
      FIRECRAWL_API_KEY: "operators-firecrawl-secret",
      PURSER_UPSTREAM_STABILITY: url,
      STABILITY_API_KEY: "operators-stability-secret",
    },
  });
});
afterAll(async () => {
  await stage.close();
  provider.closeAllConnections();
  provider.close();
});

const ask = (key: string, path: string) =>
  fetch(stage.url + path, { headers: { authorization: `Bearer ${key}` } });

test("a crawl is held by its limit, settled once it is over, and its owner's alone", async () => {
  const key = await stage.customer();
  const begun = await stage.post("/firecrawl/v2/crawl", key, {
    url: "https://a.example",
    limit: 5,
  });
  // An absolute address would have the client show its Purser key to the provider.
  expect(await begun.json()).toMatchObject({ id: "crawl-1", url: "/v2/crawl/crawl-1" });
  expect(begun.headers.get("x-purser-cost-usd")).toBeNull();
  expect(stage.holds()).toMatchObject([{ owner: "provider", held: { pages: 5, calls: 1 } }]);
  const path = "/firecrawl/v2/crawl/crawl-1";
  expect(await (await ask(key, path)).json()).toMatchObject({ status: "scraping" });
  expect(stage.events(key)).toEqual([]);
  isOver = true;
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({ operation: "crawl", usage: { pages: 5, credits: 4 }, calls: 1 });
  expect(event?.cost).toBeGreaterThan(0);
  expect(stage.openHolds()).toBe(0);
  const results = await (await ask(key, path)).json();
  expect(results).toMatchObject({ status: "completed", next: "/v2/crawl/crawl-1?skip=4" });
  expect(stage.events(key)).toHaveLength(1);
  asked = [];
  const theirs = await ask(await stage.customer(), path);
  expect(theirs.status).toBe(404);
  expect(await theirs.json()).toMatchObject({ success: false, code: "NOT_FOUND" });
  expect(asked).toEqual([]);
});

test("a picture that is made later is billed at once, and its owner's alone", async () => {
  const key = await stage.customer();
  const form = new FormData();
  form.set("image", new File([PICTURE], "small.png"));
  form.set("prompt", "Larger.");
  const begun = await fetch(`${stage.url}/stability/v2beta/stable-image/upscale/creative`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  expect(await begun.json()).toEqual({ id: "picture-1" });
  expect(await stage.eventsOnce(key, 1)).toMatchObject([
    { usage: { images: 1 }, operation: "image_edit", estimated: false },
  ]);
  const path = "/stability/v2beta/results/picture-1";
  const picture = await ask(key, path);
  expect(Buffer.from(await picture.arrayBuffer()).equals(PICTURE)).toBe(true);
  expect((await ask(await stage.customer(), path)).status).toBe(404);
  expect(stage.events(key)).toHaveLength(1);
});
