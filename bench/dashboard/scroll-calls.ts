/** Turns the wheel over a long log of calls, to its end and back, and says how evenly it moved. */
import type { Page } from "playwright-core";

export interface Scrolling {
  readonly seconds: number;
  /** Between two frames, milliseconds. */
  readonly frames: {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly most: number;
  };
  /** Of the page's main thread, from 50 ms on: how many, and the longest; 0: there was none. */
  readonly tasks: { readonly count: number; readonly longestMs: number };
  /** Of any thread of the browser, as time for which it really ran: what else the machine does is not in it. */
  readonly longestWorkMs: number;
  /** Frames that took 50 ms or more from their first work until they were drawn. */
  readonly longFrames: { readonly count: number; readonly longestMs: number };
  /** Frames in which a part of the list in sight was not drawn yet. */
  readonly emptyFrames: number;
}

const NOTCH_PX = 1_200;
const NOTCHES_MOST = 5_000;
const LIST = "[data-scroll-restoration-id=calls]";

/** Of a page that shows the log of so many calls. Throws where the wheel does not reach both ends. */
export async function scrollCalls(page: Page, calls: number): Promise<Scrolling> {
  await page.locator(LIST).hover();
  await watch(page);
  const browser = page.context().browser();
  await browser?.startTracing(page, { categories: ["toplevel"] });
  const startedAt = performance.now();
  await turnUntil(page, { by: NOTCH_PX, row: calls + 1 });
  await turnUntil(page, { by: -NOTCH_PX, row: 2 });
  const seconds = (performance.now() - startedAt) / 1_000;
  const longestWorkMs = longestIn(String(await browser?.stopTracing()));
  const { frames, tasks, longFrames, empty } = await page.evaluate(() => {
    const seen = Reflect.get(window, "purserScroll") as Watched;
    seen.isOn = false;
    return seen;
  });
  const sorted = [...frames].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    seconds,
    frames: { count: sorted.length, p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 },
    tasks: { count: tasks.length, longestMs: Math.max(0, ...tasks) },
    longestWorkMs,
    longFrames: { count: longFrames.length, longestMs: Math.max(0, ...longFrames) },
    emptyFrames: empty,
  };
}

/** `tdur`, as Chromium writes it: microseconds for which a task's thread ran. */
function longestIn(trace: string): number {
  const { traceEvents }: { traceEvents: readonly { ph: string; tdur?: number }[] } =
    JSON.parse(trace);
  return traceEvents.reduce(
    (most, { ph, tdur = 0 }) => (ph === "X" ? Math.max(most, tdur / 1_000) : most),
    0,
  );
}

interface Watched {
  isOn: boolean;
  readonly frames: number[];
  readonly tasks: number[];
  readonly longFrames: number[];
  empty: number;
}

async function watch(page: Page): Promise<void> {
  await page.evaluate((selector) => {
    const seen: Watched = { isOn: true, frames: [], tasks: [], longFrames: [], empty: 0 };
    Object.assign(window, { purserScroll: seen });
    const noteInto = (type: string, into: number[]): void => {
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) into.push(duration);
      }).observe({ type });
    };
    noteInto("longtask", seen.tasks);
    noteInto("long-animation-frame", seen.longFrames);
    const list = document.querySelector(selector);
    if (list === null) throw new Error("There is no list.");
    const { left, top, height } = list.getBoundingClientRect();
    let last = performance.now();
    const frame = (now: number): void => {
      seen.frames.push(now - last);
      last = now;
      const middle = document.elementFromPoint(left + 20, top + height / 2);
      if (middle?.closest("tr[aria-rowindex]") === null) seen.empty += 1;
      if (seen.isOn) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, LIST);
}

/** Until that row of the table is drawn and in sight. */
async function turnUntil(
  page: Page,
  { by, row }: { readonly by: number; readonly row: number },
): Promise<void> {
  for (let notch = 0; notch < NOTCHES_MOST; notch += 1) {
    await page.mouse.wheel(0, by);
    const isThere = await page.evaluate(
      ([selector, wanted]) => {
        const list = document.querySelector(selector)?.getBoundingClientRect();
        const found = document
          .querySelector(`${selector} tr[aria-rowindex="${wanted}"]`)
          ?.getBoundingClientRect();
        if (list === undefined || found === undefined) return false;
        return found.top < list.bottom && found.bottom > list.top;
      },
      [LIST, row] as const,
    );
    if (isThere) return;
  }
  throw new Error(`Row ${row} was not reached.`);
}
