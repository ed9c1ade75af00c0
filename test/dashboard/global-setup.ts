/** Builds the dashboard once before its tests, where its files are older than its sources. */
import { buildDashboard } from "../../src/cli/build-dashboard.ts";

export function setup(): Promise<void> {
  return buildDashboard(() => undefined);
}
