/** Waits until a page shows what it has to show. */
import type { Page } from "playwright-core";

/** Its heading is there and nothing on it is still loading. Throws where that takes too long. */
export async function untilSettled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector(
        '[aria-label^="Loading"], [aria-busy="true"], .mantine-Skeleton-root',
      ) === null,
  );
}
