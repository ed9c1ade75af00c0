/** Opens a page as somebody does who was never there, and says when it could be seen, read and used. */
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { shiftOf, watchShifts } from "../../test/dashboard/layout-shift.ts";

/** Milliseconds since the page was asked for. */
export interface PageLoad {
  /** First contentful paint: something of the page is on the screen. */
  readonly paintedMs: number;
  /** Largest contentful paint. */
  readonly largestMs: number;
  /** What one comes for is on the screen: the frame after it was in the page. */
  readonly readableMs: number;
  /** Readable, and no task of 50 ms or more nor a request after it for a second (a live stream aside). */
  readonly interactiveMs: number;
  /** Total blocking time: what tasks took beyond 50 ms, from the first paint until interactive. */
  readonly blockedMs: number;
  /** For how long the main thread really ran until then, whatever else the machine did meanwhile. */
  readonly workMs: number;
  /** Cumulative layout shift. */
  readonly shift: number;
  readonly moved: readonly string[];
  readonly script: {
    readonly files: number;
    readonly wireBytes: number;
    readonly gzipBytes: number;
  };
}

interface Watched {
  readonly tasks: readonly { readonly from: number; readonly ms: number }[];
  readonly largest: number;
  readonly readable: number | null;
}

const QUIET_MS = 1_000;

/** `context` is new, so nothing is in its cache. `shows`: a selector of what one comes for. */
export async function loadPage(
  context: BrowserContext,
  of: { readonly path: string; readonly shows: string },
  gzipBytesOf: (file: string) => number,
): Promise<PageLoad> {
  const page = await context.newPage();
  await watchShifts(page);
  await watchLoad(page, of.shows);
  const inspected = await page.context().newCDPSession(page);
  const scripts = await watchScripts(inspected);
  await inspected.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(of.path);
  await untilQuiet(page);
  const workMs = await workOf(inspected);
  const seen = await read(page);
  const { score, moved } = await shiftOf(page);
  await page.close();
  const { painted, largest, readable, tasks } = seen;
  const lastTask = tasks.at(-1);
  const interactive = Math.max(
    painted,
    readable,
    lastTask === undefined ? 0 : lastTask.from + lastTask.ms,
  );
  return {
    paintedMs: painted,
    largestMs: largest,
    readableMs: readable,
    interactiveMs: interactive,
    blockedMs: tasks
      .filter(({ from, ms }) => from + ms > painted && from < interactive)
      .reduce((sum, { ms }) => sum + Math.max(0, ms - 50), 0),
    workMs,
    shift: score,
    moved,
    script: {
      files: scripts.size,
      wireBytes: sumOf([...scripts.values()]),
      gzipBytes: sumOf([...scripts.keys()].map(gzipBytesOf)),
    },
  };
}

/** The path of each script that comes, and its bytes on the wire, heads of answers and all. */
async function watchScripts(network: CDPSession): Promise<ReadonlyMap<string, number>> {
  const paths = new Map<string, string>();
  const bytes = new Map<string, number>();
  network.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script") paths.set(requestId, new URL(response.url).pathname);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    // A module that was fetched ahead and is then imported is told of twice, the second time as nothing.
    if (path !== undefined) bytes.set(path, (bytes.get(path) ?? 0) + encodedDataLength);
  });
  await network.send("Network.enable");
  return bytes;
}

async function workOf(inspected: CDPSession): Promise<number> {
  const { metrics } = await inspected.send("Performance.getMetrics");
  const seconds = metrics.find(({ name }) => name === "TaskDuration")?.value;
  if (seconds === undefined) throw new Error("The browser does not say how long it worked.");
  return seconds * 1_000;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

async function watchLoad(page: Page, shows: string): Promise<void> {
  await page.addInitScript((selector) => {
    const seen: {
      tasks: { from: number; ms: number }[];
      largest: number;
      readable: number | null;
    } = {
      tasks: [],
      largest: 0,
      readable: null,
    };
    Object.assign(window, { purserLoad: seen });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        seen.tasks.push({ from: startTime, ms: duration });
      }
    }).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
      seen.largest = list.getEntries().at(-1)?.startTime ?? seen.largest;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    const watching = new MutationObserver(() => {
      if (document.querySelector(selector) === null) return;
      watching.disconnect();
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        seen.readable = performance.now();
      };
      // A message that is sent in a frame arrives after it was painted.
      requestAnimationFrame(() => painted.port2.postMessage(null));
    });
    watching.observe(document, { childList: true, subtree: true });
  }, shows);
}

/** Readable, and then a second without a long task and without a file or answer that came. */
async function untilQuiet(page: Page): Promise<void> {
  await page.waitForFunction(
    (quietMs) => {
      const { tasks, readable } = Reflect.get(window, "purserLoad") as Watched;
      if (readable === null) return false;
      const came = performance
        .getEntriesByType("resource")
        .map((entry) => entry.startTime + entry.duration);
      const worked = tasks.map(({ from, ms }) => from + ms);
      return performance.now() - Math.max(readable, ...came, ...worked) > quietMs;
    },
    QUIET_MS,
    { polling: 200 },
  );
}

function read(page: Page) {
  return page.evaluate(() => {
    const { tasks, largest, readable } = Reflect.get(window, "purserLoad") as Watched;
    const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    return { tasks, largest, readable: readable ?? 0, painted };
  });
}
