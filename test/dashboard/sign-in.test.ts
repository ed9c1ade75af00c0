/** Signing in with a key in a real browser, and what the pages' policy lets run; the rest is in the demo's story. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test("a customer signs in with their key, and is where they wanted to be, with their pages and no word of a demo", async () => {
  const { page, close } = await stage.open(null, "/usage");
  await page.getByRole("heading", { name: "Sign in to Purser" }).waitFor();
  await page.getByLabel("Key").first().fill("nonsense");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Key").first().fill(stage.keys.ada);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/usage");
  await page.getByRole("navigation").waitFor();
  expect(await page.getByRole("navigation").getByRole("link").allTextContents()).toEqual([
    "Overview",
    "Usage",
    "Calls",
    "Alerts",
    "Plan",
    "Keys",
  ]);
  await page.getByRole("button", { name: "ada" }).waitFor();
  expect(await page.getByRole("banner").getByText("Demo").count()).toBe(0);
  await close();
});

test("the policy lets nothing inline run, and the pages need nothing of it", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/");
  await page.getByRole("navigation").waitFor();
  expect(faults).toEqual([]);
  const wasRun = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.wasRun = true";
    document.body.append(script);
    return "wasRun" in window;
  });
  expect(wasRun).toBe(false);
  await close();
});
