/** Signing in and out in a real browser, and what one who is signed in is not shown. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test("a customer signs in with their key, sees their pages, and signs out", async () => {
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
  await page.getByRole("button", { name: "ada" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.goto("/keys");
  await page.getByRole("heading", { name: "Sign in to Purser" }).waitFor();
  await close();
});

test("a portal link opens a customer's pages once, and leaves no token in the address", async () => {
  const made = await stage.api.ask("POST", "/api/admin/customers/ada/portal-session", {
    key: stage.service,
    body: {},
  });
  const { hash, pathname } = new URL(made.body.data.url);
  const { page, close } = await stage.open(null, `${pathname}${hash}`);
  await page.getByRole("button", { name: "ada" }).waitFor();
  expect(page.url()).not.toContain(hash.slice(1));
  await close();
  const second = await stage.open(null, `${pathname}${hash}`);
  await second.page.getByText("This link does not sign you in").waitFor();
  await second.close();
});

test("a customer who asks for an operator's page or another's data gets neither", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/customers");
  await page.waitForURL((url) => url.pathname === "/");
  expect(await page.getByRole("link", { name: "Customers" }).count()).toBe(0);
  const statuses = await page.evaluate(async () =>
    Promise.all(
      ["/api/admin/customers", "/api/subscription/dashboard/bob"].map(
        async (path) => (await fetch(path)).status,
      ),
    ),
  );
  expect(statuses).toEqual([403, 403]);
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
