/** What a first view costs and how it comes: JavaScript on the wire, the time until it can be read, and nothing that jumps. */
import { get } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LayoutShift, shiftOf, watchShifts } from "./layout-shift.ts";
import { untilSettled } from "./settled.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const SCRIPT_BYTES_MOST = 250_000;

test("the first view needs less than 250 kB of JavaScript, gzip, and less as brotli", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/icon.svg");
  const scripts = new Set<string>();
  page.on("response", (answer) => {
    if (/javascript/.test(answer.headers()["content-type"] ?? "")) scripts.add(answer.url());
  });
  await page.addInitScript(() => {
    const watching = new MutationObserver(() => {
      if (document.querySelector("[data-testid=sentence]") === null) return;
      watching.disconnect();
      Object.assign(window, { sentenceAtMs: performance.now() });
    });
    watching.observe(document, { childList: true, subtree: true });
  });
  const cold = await page.context().newCDPSession(page);
  await cold.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.goto("/");
  await page.getByRole("table", { name: "Cost by model" }).waitFor();
  const atMs = await page.evaluate(() => Reflect.get(window, "sentenceAtMs") as number);
  const wire = { gzip: 0, br: 0 };
  for (const url of scripts) {
    for (const encoding of ["gzip", "br"] as const) wire[encoding] += await bytesOf(url, encoding);
  }
  process.stdout.write(
    `First view: ${Math.round(wire.gzip / 1_000)} kB of JavaScript as gzip, ${Math.round(wire.br / 1_000)} kB as brotli, in ${scripts.size} files; read after ${Math.round(atMs)} ms.\n`,
  );
  expect(scripts.size).toBeGreaterThan(2);
  expect(wire.gzip).toBeLessThan(SCRIPT_BYTES_MOST);
  expect(wire.br).toBeLessThan(wire.gzip);
  await close();
});

/** Of what the server sends; 0 would be a file that is not sent. */
async function bytesOf(url: string, encoding: string): Promise<number> {
  const { status, bytes } = await ask(url, encoding);
  expect(status).toBe(200);
  expect(bytes).toBeGreaterThan(0);
  return bytes;
}

const SHIFT_MOST = 0.02;
const LATE_MS = 300;
/** So that answers to what is asked at once do not come at once. */
const APART_MS = 70;
const APART_TIMES = 5;
const STILL_PAGES = [
  { name: "customer's Overview", as: "ada", path: "/" },
  { name: "Usage", as: "ada", path: "/usage" },
  { name: "Calls", as: "ada", path: "/calls" },
  { name: "Plan", as: "ada", path: "/plan" },
  { name: "Keys", as: "ada", path: "/keys" },
  { name: "operator's Overview", as: "operator", path: "/overview" },
] as const;

for (const { name, as, path } of STILL_PAGES) {
  test(`nothing jumps on ${name} when answers come late`, async () => {
    const key = as === "operator" ? stage.api.adminKey : stage.keys[as];
    const [wide, narrow] = await Promise.all([
      shiftWhileLate({ key, path, width: 1_280 }),
      shiftWhileLate({ key, path, width: 360 }),
    ]);
    expect(wide.score, wide.moved.slice(0, 5).join("\n")).toBeLessThan(SHIFT_MOST);
    expect(narrow.score, narrow.moved.slice(0, 5).join("\n")).toBeLessThan(SHIFT_MOST);
  });
}

test("what does jump is found out", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/icon.svg");
  await watchShifts(page);
  await page.goto("/");
  await untilSettled(page);
  await page.evaluate(async () => {
    const above = document.createElement("div");
    above.style.height = "200px";
    document.querySelector("main")?.prepend(above);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  await expect.poll(async () => (await shiftOf(page)).score).toBeGreaterThan(SHIFT_MOST);
  await close();
});

async function shiftWhileLate(of: {
  readonly key: string;
  readonly path: string;
  readonly width: number;
}): Promise<LayoutShift> {
  const viewport = { width: of.width, height: 800 };
  const { page, close } = await stage.open({ key: of.key }, "/icon.svg", { viewport });
  await watchShifts(page);
  const untilAnswered = await answerLate(page);
  await page.goto(of.path);
  await untilSettled(page);
  await untilAnswered();
  const shift = await shiftOf(page);
  await close();
  return shift;
}

/** Every answer of the API takes a while. Gives what waits until all have come and are drawn. */
async function answerLate(page: Page): Promise<() => Promise<void>> {
  const open = new Set<unknown>();
  let asked = 0;
  await page.route("**/api/**", async (route) => {
    const question = route.request();
    // It does not end.
    const isStream = question.url().includes("/stream");
    if (!isStream) open.add(question);
    const apartMs = APART_MS * (asked % APART_TIMES);
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, LATE_MS + apartMs));
    await route.continue();
  });
  const ended = (question: unknown): void => void open.delete(question);
  page.on("requestfinished", ended).on("requestfailed", ended);
  return async () => {
    // An answer may lead to the next question, in the frame in which it is drawn.
    for (let still = 0; still < 3; ) {
      await expect.poll(() => open.size).toBe(0);
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      still = open.size === 0 ? still + 1 : 0;
    }
  };
}

function ask(url: string, encoding: string): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { "accept-encoding": encoding } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, bytes }));
    });
    asked.on("error", reject);
  });
}
