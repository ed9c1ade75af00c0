/** `npm run bench:dashboard`: how soon the dashboard can be used, and how evenly its longest list scrolls, in a real browser. */
import { statSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, BrowserContext } from "playwright-core";
import { buildDashboard } from "../src/cli/build-dashboard.ts";
import { createClient } from "../src/client/client.ts";
import { type RunningDemo, startDemo } from "../src/demo/start-demo.ts";
import { openBrowser } from "../test/dashboard/browser.ts";
import { loadPage, type PageLoad } from "./dashboard/load-page.ts";
import { type Scrolling, scrollCalls } from "./dashboard/scroll-calls.ts";

const { values } = parseArgs({
  options: {
    loads: { type: "string", default: "9" },
    /** Only pages whose title has this in it; `scroll`: the list. */
    only: { type: "string", default: "" },
    calls: { type: "string", default: "10000" },
    /** A folder in which the demo's history stays, and is used again. */
    keep: { type: "string" },
    /** Also what moved and how long each load took. */
    verbose: { type: "boolean", default: false },
  },
});
const [LOADS, CALLS] = [Number(values.loads), Number(values.calls)];
const ASKED_DIST = process.env["PURSER_DASHBOARD_DIR"];
const DIST = ASKED_DIST ?? join(import.meta.dirname, "..", "dashboard", "dist");
const SIZE = { width: 1_280, height: 800 };
const SCROLLER = "bench-with-many-calls";
const AIMS = { interactiveMs: 1_000, longTaskMs: 100, gzipBytes: 250_000, shift: 0.02 };

interface MeasuredPage {
  readonly title: string;
  readonly as: "customer" | "operator" | "nobody";
  readonly path: string;
  /** What one comes for. */
  readonly shows: string;
  /** Of a customer: what else there is comes when it is asked for. */
  readonly isFirstView: boolean;
}

const PAGES: readonly MeasuredPage[] = [
  {
    title: "Customer's Overview",
    as: "customer",
    path: "/",
    shows: "[data-testid=sentence]",
    isFirstView: true,
  },
  {
    title: "Operator's Overview",
    as: "operator",
    path: "/overview",
    shows: "section[aria-label=Figures]",
    isFirstView: false,
  },
  { title: "Sign-in", as: "nobody", path: "/", shows: "input[name=key]", isFirstView: true },
];

await buildDashboard(console.log, ASKED_DIST);
const demo = await startQuietDemo();
const browser = await openBrowser();
try {
  await measure(browser, demo);
} finally {
  await browser.close();
  await demo.close();
}

/** With its half year of history, and without the calls that otherwise go on while it runs. */
function startQuietDemo(): Promise<RunningDemo> {
  console.log("Starting the demo with its history.");
  return startDemo({
    ...(values.keep === undefined ? {} : { dataDir: values.keep }),
    port: 0,
    history: true,
    goesOn: false,
    dashboardDir: DIST,
    progress: () => undefined,
  });
}

async function measure(browser: Browser, demo: RunningDemo): Promise<void> {
  const before = loadavg();
  console.log(
    `\n${browser.version()} (Chromium, headless) at ${SIZE.width} x ${SIZE.height}; ${LOADS} cold loads each: median, worst`,
  );
  for (const page of PAGES.filter(({ title }) => title.includes(values.only))) {
    describeLoads(page, await loadsOf(browser, demo, page));
  }
  if ("scroll".startsWith(values.only)) describeScrolling(await scrollingOf(browser, demo));
  const loads = [before, loadavg()].map((load) => load.map((each) => each.toFixed(1)).join(" "));
  console.log(
    `\n${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}; load average ${loads[0]} before and ${loads[1]} after; Node ${process.version}`,
  );
}

async function loadsOf(
  browser: Browser,
  demo: RunningDemo,
  page: MeasuredPage,
): Promise<readonly PageLoad[]> {
  const loads: PageLoad[] = [];
  // The first warms the server and is not counted.
  for (let round = 0; round <= LOADS; round += 1) {
    const context = await signedIn(browser, demo, page.as);
    const load = await loadPage(context, page, gzipBytesOf);
    await context.close();
    if (round > 0) loads.push(load);
  }
  return loads;
}

async function signedIn(
  browser: Browser,
  { url, adminKey, customerKey }: RunningDemo,
  as: MeasuredPage["as"] | { readonly key: string },
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZE,
    locale: "en-US",
    timezoneId: "UTC",
  });
  if (as === "nobody") return context;
  const keys = { customer: customerKey, operator: adminKey };
  const answer = await context.request.post("/api/session", {
    data: { key: typeof as === "string" ? keys[as] : as.key },
    headers: { "x-purser-page": "1" },
  });
  if (!answer.ok()) throw new Error(`Signing in: ${await answer.text()}`);
  return context;
}

/** Of a file as it is for browsers that take gzip only; the browser here takes brotli. */
function gzipBytesOf(path: string): number {
  const at = (end: string): number =>
    statSync(join(DIST, `${path}${end}`), { throwIfNoEntry: false })?.size ?? 0;
  return at(".gz") || at("");
}

async function scrollingOf(browser: Browser, demo: RunningDemo): Promise<Scrolling> {
  const context = await signedIn(browser, demo, { key: await customerWithManyCalls(demo) });
  const page = await context.newPage();
  await page.goto("/calls");
  await page.getByText(`${CALLS.toLocaleString("en")} calls`).waitFor();
  const scrolling = await scrollCalls(page, CALLS);
  await context.close();
  return scrolling;
}

/** Gives their key. */
async function customerWithManyCalls({ url, adminKey }: RunningDemo): Promise<string> {
  const purser = createClient({ baseUrl: url, key: adminKey });
  const userId = `${SCROLLER}-${Date.now()}`;
  await purser.admin.createCustomer({ id: userId, plan_id: "enterprise" });
  const { key } = await purser.admin.createCustomerKey(userId, { name: "bench" });
  const models = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "o3", "gpt-4.1-nano"];
  for (let from = 0; from < CALLS; from += 1_000) {
    const events = Array.from({ length: Math.min(1_000, CALLS - from) }, (_, place) => ({
      id: `bench-${from + place}`,
      provider: "openai",
      model: models[place % models.length] ?? "gpt-4o",
      usage: { input: 900 + place, output: 100 + (place % 300) },
      latency_ms: 300 + (place % 1_700),
      ...(place % 40 === 0 ? { status_code: 500 } : {}),
    }));
    await purser.recordEvents(userId, events);
  }
  return key;
}

function describeLoads({ title, isFirstView }: MeasuredPage, loads: readonly PageLoad[]): void {
  const row = (name: string, of: (load: PageLoad) => number, write: (value: number) => string) => {
    const sorted = loads.map(of).sort((one, other) => one - other);
    const [median, worst] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
    console.log(`  ${name.padEnd(36)}${write(median).padStart(10)}${write(worst).padStart(10)}`);
    return worst;
  };
  console.log(`\n${title}`);
  row("first contentful paint", (load) => load.paintedMs, ms);
  row("largest contentful paint", (load) => load.largestMs, ms);
  row("readable", (load) => load.readableMs, ms);
  const interactive = row("interactive", (load) => load.interactiveMs, ms);
  row("total blocking time", (load) => load.blockedMs, ms);
  row("main thread's own time", (load) => load.workMs, ms);
  const shift = row(
    "cumulative layout shift",
    (load) => load.shift,
    (value) => value.toFixed(4),
  );
  row("files of JavaScript", (load) => load.script.files, String);
  row("JavaScript on the wire (brotli)", (load) => load.script.wireBytes, kilobytes);
  const gzip = row("the same as gzip", (load) => load.script.gzipBytes, kilobytes);
  say(interactive > AIMS.interactiveMs, `interactive in ${AIMS.interactiveMs} ms, every time`);
  say(shift > AIMS.shift, `a layout shift of ${AIMS.shift} at most`);
  say(
    isFirstView && gzip > AIMS.gzipBytes,
    `${kilobytes(AIMS.gzipBytes)} of JavaScript (gzip) at most`,
  );
  if (!values.verbose) return;
  for (const { interactiveMs, shift: score, moved } of loads) {
    console.log(
      `    ${ms(interactiveMs)}, shift ${score.toFixed(4)} ${moved.slice(0, 6).join("\n      ")}`,
    );
  }
}

function describeScrolling(scrolling: Scrolling): void {
  const { seconds, frames, tasks, longFrames, emptyFrames, longestWorkMs } = scrolling;
  const often = (of: { readonly count: number; readonly longestMs: number }): string =>
    of.count === 0 ? "none of 50 ms or more" : `${of.count}, the longest ${ms(of.longestMs)}`;
  console.log(`\n${CALLS.toLocaleString("en")} calls by wheel, to the end and back`);
  console.log(`  ${seconds.toFixed(1)} s, ${frames.count} frames`);
  console.log(
    `  between frames: p50 ${ms(frames.p50)}, p95 ${ms(frames.p95)}, most ${ms(frames.most)}`,
  );
  console.log(`  long tasks: ${often(tasks)}`);
  console.log(`  longest task by the time it really ran: ${ms(longestWorkMs)}`);
  console.log(`  long animation frames: ${often(longFrames)}`);
  console.log(`  frames in which the middle of the list was not drawn: ${emptyFrames}`);
  say(tasks.longestMs > AIMS.longTaskMs, `no task over ${AIMS.longTaskMs} ms by the clock`);
  say(longestWorkMs > AIMS.longTaskMs, `no task that ran for over ${AIMS.longTaskMs} ms`);
}

function say(isMissed: boolean, aim: string): void {
  if (isMissed) console.log(`  MISSED: ${aim}`);
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
