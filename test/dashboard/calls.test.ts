/** The log of calls in a real browser: live, filtered, scrolled through, and one call's whole story. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellUse } from "../api/usage-teller.ts";
import { violationsOn } from "./axe.ts";
import { openStage, type Stage } from "./stage.ts";

const MANY = 10_000;
/** What one feels as a pause. */
const LONG_TASK_MS = 100;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const tell = (userId: string, calls: number, model = "gpt-4o") =>
  tellUse(stage.api, { service: stage.service, userId }, [
    { provider: "openai", model, calls, cost: 1_000_000n * BigInt(calls), tokens: 10 * calls },
  ]);

test("what happens appears at the top by itself, and waits while somebody reads", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/calls");
  await page.getByText("162 calls").waitFor();
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  await tell("ada", 1, "model-that-came");
  await page.getByRole("cell", { name: "model-that-came" }).waitFor();
  const list = page.getByRole("region", { name: "Calls, newest first" });
  await list.hover();
  const first = await firstModel(page);
  await tell("ada", 2, "model-that-waits");
  const more = page.getByRole("button", { name: "2 new calls, show" });
  await more.waitFor();
  expect(await firstModel(page)).toBe(first);
  await more.click();
  await page.getByRole("cell", { name: "model-that-waits" }).first().waitFor();
  expect(await firstModel(page)).toBe("model-that-waits");
  // The pointer is still there.
  await tell("ada", 1, "model-that-waits-too");
  await page.getByRole("button", { name: "1 new call, show" }).waitFor();
  expect(await firstModel(page)).toBe("model-that-waits");
  await page.getByRole("heading", { level: 1 }).hover();
  await expect.poll(() => firstModel(page)).toBe("model-that-waits-too");
  expect(faults).toEqual([]);
  await close();
});

test("the keyboard holds the log too, and lets go of it once it has shown what came", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/calls");
  const first = page.getByRole("rowheader").first().getByRole("link");
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  await first.focus();
  await tell("ada", 1, "model-for-the-keyboard");
  const more = page.getByRole("button", { name: "1 new call, show" });
  // On the way to the button, too.
  await more.focus();
  expect(await firstModel(page)).not.toBe("model-for-the-keyboard");
  await more.press("Enter");
  await expect.poll(() => firstModel(page)).toBe("model-for-the-keyboard");
  await tell("ada", 1, "model-that-comes-by-itself");
  await expect.poll(() => firstModel(page)).toBe("model-that-comes-by-itself");
  await close();
});

test("a finger holds the log by scrolling it, not by touching it", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/calls", { hasTouch: true });
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  const list = page.getByRole("region", { name: "Calls, newest first" });
  await list.dispatchEvent("pointerover", { pointerType: "touch", bubbles: true });
  await tell("ada", 1, "model-under-a-finger");
  await expect.poll(() => firstModel(page)).toBe("model-under-a-finger");
  await list.evaluate((frame) => frame.scrollTo({ top: 20 }));
  await tell("ada", 1, "model-that-waits-above");
  const more = page.getByRole("button", { name: "1 new call, show" });
  await more.waitFor();
  expect(await firstModel(page)).toBe("model-under-a-finger");
  await more.tap();
  await expect.poll(() => firstModel(page)).toBe("model-that-waits-above");
  await close();
});

test("filters narrow the log and stand in its address", async () => {
  const { page, close } = await stage.open({ key: stage.keys.long }, "/calls");
  await page.getByText("27 calls").waitFor();
  await page.getByRole("combobox", { name: "Model" }).click();
  await page.getByRole("option", { name: "claude-with-a-very-long-name-for-a-model-7" }).click();
  await page.getByText("3 calls").waitFor();
  expect(new URL(page.url()).searchParams.get("model")).toMatch(/-7$/);
  await page.reload();
  await page.getByText("3 calls").waitFor();
  // No tag is declared here, but a link may name one.
  const tag = page.getByRole("combobox", { name: "Tag" });
  expect(await tag.count()).toBe(0);
  await page.goto("/calls?tag=team:red&provider=anthropic");
  await page.getByText("12 calls").waitFor();
  expect(await tag.inputValue()).toBe("team");
  await page.goto("/calls?tag=team:green");
  await page.getByText("No call is like this").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("27 calls").waitFor();
  await page.goto("/calls?status=failed");
  await page.getByText("No call is like this").waitFor();
  await close();
});

test("a call's story says what was held, used and paid, line by line, and what was corrected", async () => {
  const eventId = await settledCall();
  const { page, faults, close } = await stage.open({ key: stage.keys.long }, `/calls/${eventId}`);
  await page.getByRole("heading", { name: "Call of gpt-4o-mini" }).waitFor();
  const holds = "Expected, held and used";
  expect(await cells(page, holds, /^Input tokens/)).toEqual(["1,200", "1,200", "1,150"]);
  expect(await cells(page, holds, /^Cost/)).toEqual(["$0.0004872", "$0.00066", "$0.0004538"]);
  const lines = "Cost line by line";
  expect(await cells(page, lines, /^Input read from cache/)).toEqual([
    "250",
    "$0.075 a million",
    "$0.00001875",
    "catalogue:openai:gpt-4o-mini:first",
  ]);
  const total = page.getByRole("table", { name: lines }).getByRole("row", { name: /^Total/ });
  expect(await total.textContent()).toBe("Total$0.00045375");
  const tokens = "1,650 tokens: Input tokens 900, Input read from cache 250, Output tokens 420";
  expect(await page.getByRole("img", { name: tokens }).count()).toBe(1);
  expect(await page.getByRole("img", { name: "1.8 s in all" }).count()).toBe(1);
  await correctPrice();
  await page.reload();
  const worth = page.getByRole("table", { name: "Corrections, oldest first" });
  await worth.getByRole("row", { name: "Worth now" }).getByText("$0.00655").waitFor();
  await page.getByRole("button", { name: "Copy the call's id" }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("another's call is not there, and neither is one that never was", async () => {
  const eventId = await settledCall();
  const { page, close } = await stage.open({ key: stage.keys.ada }, `/calls/${eventId}`);
  await page.getByText("There is no such call").waitFor();
  await page.goto("/calls/nonsense");
  await page.getByText("There is no such call").waitFor();
  await page.goto("/calls");
  await page.getByRole("rowheader").first().getByRole("link").click();
  await page.getByText("This call was told after the fact").waitFor();
  await close();
  const seen = await stage.open({ key: stage.api.adminKey }, `/customers/ada/see/calls/${eventId}`);
  await seen.page.getByText("There is no such call").waitFor();
  await seen.close();
});

test("ten thousand calls scroll past without a pause that one feels", async () => {
  const key = await stage.api.addCustomer("max", "enterprise");
  await tell("max", MANY);
  const { page, faults, close } = await stage.open({ key }, "/calls");
  await page.getByText("10,000 calls").waitFor();
  expect(await scrollThrough(page, MANY)).toBeLessThanOrEqual(LONG_TASK_MS);
  expect(await page.locator("tbody tr").count()).toBeLessThan(100);
  expect(faults).toEqual([]);
  await close();
});

async function firstModel(page: Page): Promise<string | null> {
  return page.locator("tbody tr[aria-rowindex='2'] td:nth-of-type(2)").textContent();
}

async function cells(page: Page, table: string, row: RegExp): Promise<string[]> {
  const found = page.getByRole("table", { name: table }).getByRole("row", { name: row });
  return found.getByRole("cell").allTextContents();
}

/** A call of the one with the long name that was held for first. */
async function settledCall(): Promise<string> {
  const { api, service, longId } = stage;
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: {
      user_id: longId,
      provider: "openai",
      model: "gpt-4o-mini",
      input_tokens: 1_200,
      max_output_tokens: 800,
    },
  });
  const id = held.body.data.reservation_id;
  const used = await api.ask("POST", `/api/subscription/reservations/${id}/settle`, {
    key: service,
    body: {
      usage: { input: 900, cache_read: 250, output: 420, reasoning: 80 },
      status_code: 200,
      latency_ms: 1_830,
    },
  });
  return used.body.data.event_id;
}

/** Dearer since long ago: what was priced otherwise is corrected. */
async function correctPrice(): Promise<void> {
  const { api } = stage;
  const at = { provider: "openai", model: "gpt-4o-mini" };
  const rates = { input: "2.00", cache_read: "1.00", output: "9.00" };
  const body = { ...at, from: "2026-01-01", rates };
  const priced = await api.ask("POST", "/api/admin/prices", { key: api.adminKey, body });
  expect(priced.status, priced.text).toBe(201);
  const rerated = await api.ask("POST", "/api/admin/prices/rerate", {
    key: api.adminKey,
    body: { ...at, dry_run: false },
  });
  expect(rerated.status, rerated.text).toBe(200);
}

/**
 * Scrolls to the very last call, four screens a frame, so that each draws all rows anew. Gives the longest task of the page,
 * in milliseconds of work: of work and not of time, since what else the machine does meanwhile is none of the page's doing.
 */
async function scrollThrough(page: Page, rows: number): Promise<number> {
  await stage.browser.startTracing(page, { categories: ["toplevel"] });
  await page.evaluate(async (last) => {
    const frame = document.querySelector("[data-scroll-restoration-id=calls]");
    if (frame === null) throw new Error("There is no list.");
    while (frame.querySelector(`tr[aria-rowindex="${last + 1}"]`) === null) {
      frame.scrollTop += 4 * frame.clientHeight;
      await new Promise(requestAnimationFrame);
    }
  }, rows);
  const trace: Trace = JSON.parse(String(await stage.browser.stopTracing()));
  const works = trace.traceEvents.flatMap(({ ph, tdur }) =>
    ph === "X" && tdur !== undefined ? [tdur / 1_000] : [],
  );
  // Whoever measures nothing finds nothing long.
  expect(works.length).toBeGreaterThan(1_000);
  return Math.max(...works);
}

/** As Chromium writes it; `tdur`: microseconds for which the thread really ran. */
interface Trace {
  readonly traceEvents: readonly { readonly ph: string; readonly tdur?: number }[];
}
