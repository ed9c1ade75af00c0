/** Gives the tests of the dashboard files to show, built from its sources as they are now. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDashboardInto, isDashboardFresh } from "../../src/cli/build-dashboard.ts";

const SETTING = "PURSER_DASHBOARD_DIR";

/**
 * What `npm start` built is taken where it is of these sources. Otherwise this run has a folder of its own: another run, or
 * a server that somebody works with, keeps its files. A build that fails is told by the tests that need it.
 */
export async function setup(): Promise<(() => void) | undefined> {
  if ((process.env[SETTING] ?? "") !== "" || isDashboardFresh()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "purser-dashboard-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env[SETTING];
  };
  try {
    await buildDashboardInto(folder);
    process.env[SETTING] = folder;
    return remove;
  } catch (cause) {
    process.env["PURSER_TEST_DASHBOARD_FAULT"] = String(cause);
    remove();
    return undefined;
  }
}
