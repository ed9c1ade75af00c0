/** How far what one reads moved by itself while a page came: the browser's own sum (cumulative layout shift). */
import type { Page } from "playwright-core";

export interface LayoutShift {
  /** The most of any five seconds, as browsers define it; 0 is perfectly still, 0.1 is still called good. */
  readonly score: number;
  /** What moved, the worst first. */
  readonly moved: readonly string[];
}

/** Before the page is opened. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: SeenShift[] = [];
    Object.assign(window, { purserShifts: seen });
    const nameOf = (node: Node | null): string => {
      const element = node instanceof Element ? node : node?.parentElement;
      if (element === null || element === undefined) return "something that is gone";
      const words = (element.textContent ?? "").trim().slice(0, 40);
      return `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} "${words}"`;
    };
    const place = ({ x, y, width, height }: DOMRectReadOnly): string =>
      `${[x, y, width, height].map(Math.round).join(" ")}`;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as ShiftEntry[]) {
        if (entry.hadRecentInput) continue;
        const moved = entry.sources.map(
          ({ node, previousRect, currentRect }) =>
            `${nameOf(node)} from ${place(previousRect)} to ${place(currentRect)}`,
        );
        seen.push({ value: entry.value, at: entry.startTime, moved });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** Of the page as it is open now. */
export async function shiftOf(page: Page): Promise<LayoutShift> {
  const shifts = await page.evaluate(() => Reflect.get(window, "purserShifts") as SeenShift[]);
  const worst = [...shifts].sort((one, other) => other.value - one.value);
  return {
    score: worstSession(shifts),
    moved: worst.flatMap(({ value, at, moved }) =>
      moved.map((words) => `${value.toFixed(4)} at ${Math.round(at)} ms: ${words}`),
    ),
  };
}

const SESSION_MS = 5_000;
const GAP_MS = 1_000;

/** https://web.dev/articles/cls: shifts less than a second apart, over five seconds at most, are one session. */
function worstSession(shifts: readonly SeenShift[]): number {
  let worst = 0;
  let session = { sum: 0, from: Number.NEGATIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  for (const { value, at } of shifts) {
    const isNew = at - session.last > GAP_MS || at - session.from > SESSION_MS;
    session = isNew
      ? { sum: value, from: at, last: at }
      : { ...session, sum: session.sum + value, last: at };
    worst = Math.max(worst, session.sum);
  }
  return worst;
}

interface SeenShift {
  readonly value: number;
  /** Milliseconds since the page was asked for. */
  readonly at: number;
  readonly moved: readonly string[];
}

/** TypeScript does not know it yet. */
interface ShiftEntry {
  readonly value: number;
  readonly startTime: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}
