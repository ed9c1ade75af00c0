/** Builds the dashboard once before its tests, where its files are older than its sources. */
import { buildDashboard } from "../../src/cli/build-dashboard.ts";

/** A build that fails is told by the tests of the dashboard; the others need none. */
export async function setup(): Promise<void> {
  try {
    await buildDashboard(() => undefined);
  } catch (cause) {
    process.env["PURSER_TEST_DASHBOARD_FAULT"] = String(cause);
  }
}
