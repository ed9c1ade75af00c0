/** `npm run screens`: starts the demo and takes a picture of every page, light and dark, wide and narrow. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createPortalSession } from "../../src/api/contract/endpoints/sessions.ts";
import { buildDashboard } from "../../src/cli/build-dashboard.ts";
import { createClient } from "../../src/client/client.ts";
import { startDemo } from "../../src/demo/start-demo.ts";
import { openBrowser } from "./browser.ts";
import { allPages, type ShownPage } from "./pages.ts";
import { followRequests, untilSettled } from "./settled.ts";
import { openPainter, takePicture } from "./take-picture.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "screens");
const CUSTOMER = "demo-pia";
const OPERATOR_LOOKS_AT = "demo-eve";
const SIZES = [
  { width: 1_280, height: 800 },
  { width: 360, height: 740 },
];
const SCHEMES = ["light", "dark"] as const;

interface Place {
  readonly url: string;
  readonly adminKey: string;
}

const { values } = parseArgs({
  options: {
    /** Of a demo that runs already; left out, one is started. */
    url: { type: "string" },
    "admin-key": { type: "string" },
    /** Only pages whose name has this in it. */
    only: { type: "string", default: "" },
    to: { type: "string", default: FOLDER },
  },
});

const { url, "admin-key": adminKey } = values;
if (url !== undefined && adminKey !== undefined) await takeAll({ url, adminKey });
else {
  await buildDashboard(say);
  say("Starting the demo, with its history.");
  const demo = await startDemo({
    port: 0,
    history: true,
    goesOn: false,
    progress: () => undefined,
  });
  try {
    await takeAll(demo);
  } finally {
    await demo.close();
  }
}

async function takeAll(place: Place): Promise<void> {
  mkdirSync(values.to, { recursive: true });
  const browser = await openBrowser();
  const painter = await openPainter(browser);
  let bytes = 0;
  try {
    const pages = allPages({ userId: OPERATOR_LOOKS_AT, eventId: await dearestCall(place) });
    for (const as of ["nobody", "operator", "customer"] as const) {
      const own = pages.filter((page) => page.as === as && page.name.includes(values.only));
      if (own.length === 0) continue;
      const context = await signedIn(browser, place, as);
      for (const page of own) bytes += await takeEach(context, page, painter);
      await context.close();
    }
  } finally {
    await browser.close();
  }
  say(`${(bytes / 1_000).toFixed(0)} kB in ${values.to}`);
}

async function takeEach(context: BrowserContext, shown: ShownPage, painter: Page): Promise<number> {
  let bytes = 0;
  for (const size of SIZES) {
    const page = await context.newPage();
    followRequests(page);
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(shown.path);
      await untilSettled(page);
      const picture = await takePicture(page, painter);
      const file = `${shown.name}-${size.width}-${colorScheme}.png`;
      writeFileSync(join(values.to, file), picture);
      say(`${file} ${(picture.length / 1_000).toFixed(0)} kB`);
      bytes += picture.length;
    }
    await page.close();
  }
  return bytes;
}

async function signedIn(
  browser: Browser,
  place: Place,
  as: ShownPage["as"],
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: place.url,
    locale: "en-US",
    timezoneId: "UTC",
  });
  if (as === "nobody") return context;
  const by =
    as === "operator" ? { key: place.adminKey } : { portal_token: await portalToken(place) };
  const answer = await context.request.post("/api/session", {
    data: by,
    headers: { "x-purser-page": "1" },
  });
  if (!answer.ok()) throw new Error(`Signing in as ${as}: ${await answer.text()}`);
  return context;
}

async function portalToken(place: Place): Promise<string> {
  const client = createClient({ baseUrl: place.url, key: place.adminKey });
  const params = { id: CUSTOMER };
  const link = await client.call(createPortalSession, { params, body: {} });
  return new URL(link.url).hash.slice(1);
}

/** Of those that came through the gateway: there is most to see in it. */
async function dearestCall(place: Place): Promise<string> {
  const client = createClient({ baseUrl: place.url, key: place.adminKey, customer: CUSTOMER });
  const { logs } = await client.logPage({ user_id: CUSTOMER, limit: 1_000 });
  const [first] = logs
    .filter(({ source }) => source !== "import")
    .toSorted((one, other) => other.cost_total - one.cost_total);
  if (first === undefined) throw new Error("The customer has made no calls.");
  return first.event_id;
}

function say(words: string): void {
  process.stdout.write(`${words}\n`);
}
