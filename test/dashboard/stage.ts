/** A running Purser with people in it and a browser before it, for the tests of the dashboard. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { type RunningApi, runApi } from "../api/running-api.ts";
import { tellUse } from "../api/usage-teller.ts";
import { type OpenedPage, openBrowser, openPage } from "./browser.ts";

export interface Stage {
  readonly api: RunningApi;
  readonly browser: Browser;
  readonly service: string;
  /** Of ada (Pro, a third used), bob (Free, all calls used up) and the one with the long name. */
  readonly keys: Readonly<Record<"ada" | "bob" | "long", string>>;
  readonly longId: string;
  readonly open: Opener;
  close(): Promise<void>;
}

/** A page in a context of its own, signed in, at that path. */
export type Opener = (
  as: { readonly key: string } | null,
  path: string,
  options?: BrowserContextOptions,
) => Promise<OpenedPage>;

const DAY_MS = 86_400_000;
const LONG_ID = "carol.constantinopolitanischer-dudelsackpfeifenmachergesellenverein@example.com";

/** Ten days into everybody's period; the server's clock then stands at the real present. */
export async function openStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const api = await runApi({ PURSER_DASHBOARD_DIR: builtPages(), ...settings });
  const now = Date.now();
  const clock = async (at: number): Promise<void> => {
    const body = { now: new Date(at).toISOString() };
    await api.ask("POST", "/api/admin/clock", { key: api.adminKey, body });
  };
  await clock(now - 10 * DAY_MS);
  const keys = {
    ada: await api.addCustomer("ada", "pro"),
    bob: await api.addCustomer("bob", "free"),
    long: await api.addCustomer(LONG_ID, "basic"),
  };
  await clock(now);
  const service = await api.serviceKey();
  await tellDays(api, service, now);
  const browser = await openBrowser();
  return {
    api,
    browser,
    service,
    keys,
    longId: LONG_ID,
    open: opener(browser, api.url),
    async close() {
      await browser.close();
      await api.close();
    },
  };
}

/** Where the pages of this run are; empty: where they usually are. Throws what their build failed with. */
export function builtPages(): string {
  const fault = process.env["PURSER_TEST_DASHBOARD_FAULT"];
  if (fault !== undefined) throw new Error(`The dashboard could not be built. ${fault}`);
  return process.env["PURSER_DASHBOARD_DIR"] ?? "";
}

/** `url` is where Purser is. */
export function opener(browser: Browser, url: string): Opener {
  return async (as, path, options) => {
    const opened = await openPage(browser, { baseURL: url, ...options });
    if (as !== null) {
      const answer = await opened.page.request.post("/api/session", {
        data: { key: as.key },
        headers: { "x-purser-page": "1" },
      });
      if (!answer.ok()) throw new Error(`Signing in: ${await answer.text()}`);
    }
    await opened.page.goto(path);
    return opened;
  };
}

/** Nine days of use, so that every page has something to show. */
async function tellDays(api: RunningApi, service: string, now: number): Promise<void> {
  for (let day = 9; day >= 1; day -= 1) {
    const timestamp = new Date(now - day * DAY_MS).toISOString();
    const at = { timestamp, tags: { team: day % 2 === 0 ? "red" : "blue" } };
    await tellUse(api, { service, userId: "ada" }, [
      {
        ...at,
        provider: "gemini",
        model: "gemini-2.5-flash",
        calls: 12,
        cost: 900_000_000n,
        tokens: 9_000,
      },
      { ...at, provider: "openai", model: "gpt-4o", calls: 5, cost: 700_000_000n, tokens: 5_000 },
      {
        ...at,
        provider: "openai",
        model: "gpt-4o",
        calls: 1,
        cost: 0n,
        tokens: 0,
        statusCode: 500,
      },
    ]);
    await tellUse(api, { service, userId: LONG_ID }, [
      {
        ...at,
        provider: "anthropic",
        model: `claude-with-a-very-long-name-for-a-model-${day}`,
        calls: 3,
        cost: 300_000_000n,
        tokens: 3_000,
      },
    ]);
  }
  await tellUse(api, { service, userId: "bob" }, [
    {
      provider: "gemini",
      model: "gemini-2.5-flash",
      calls: 100,
      cost: 20_000_000n,
      tokens: 20_000,
    },
  ]);
}
