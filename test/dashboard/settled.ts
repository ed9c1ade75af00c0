/** Waits until a page shows what it has to show. */
import type { Page, Request } from "playwright-core";

interface Following {
  readonly open: Set<Request>;
  /** When something was last asked or answered. */
  changedAt: number;
}

const followed = new WeakMap<Page, Following>();

/** From now on `untilSettled` also waits for everything that this page asks for. */
export function followRequests(page: Page): void {
  const following: Following = { open: new Set(), changedAt: Date.now() };
  followed.set(page, following);
  const ended = (request: Request): void => {
    following.open.delete(request);
    following.changedAt = Date.now();
  };
  page.on("request", (request) => {
    // The live stream ends with the page.
    if (new URL(request.url()).pathname.includes("/stream/")) return;
    following.open.add(request);
    following.changedAt = Date.now();
  });
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
}

/** Its heading is there and nothing on it is still loading. Throws where that takes too long. */
export async function untilSettled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await untilQuiet(page);
  await page.waitForFunction(
    () =>
      document.querySelector(
        '[aria-label^="Loading"], [aria-busy="true"], .mantine-Skeleton-root',
      ) === null,
  );
}

/** What one answer brings may ask for more. */
const QUIET_MS = 120;
const LOOK_EVERY_MS = 20;
const QUIET_MS_MOST = 30_000;

async function untilQuiet(page: Page): Promise<void> {
  const following = followed.get(page);
  if (following === undefined) return;
  const endsAt = Date.now() + QUIET_MS_MOST;
  while (following.open.size > 0 || Date.now() - following.changedAt < QUIET_MS) {
    if (Date.now() > endsAt) {
      const asked = [...following.open].map((request) => request.url()).join(", ");
      throw new Error(`The page still waits for: ${asked}`);
    }
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
}
