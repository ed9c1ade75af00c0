/** Temporary: until start-server runs. */
import { buildApi } from "../../src/api/build-api.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import { makeCallId } from "../../src/server/call-ports.ts";
import type { Config } from "../../src/server/config.ts";
import { describeUpgrade } from "../../src/server/describe-upgrade.ts";
import { openParts } from "../../src/server/open-parts.ts";
export async function startServer(config: Config) {
  const parts = await openParts(config, (c, d) => console.error(d, c));
  const api = await buildApi({
    ...parts, dialects: DIALECTS, setClock: config.testClock ? async (at) => { parts.clock.set(at); } : null,
    newCallId: makeCallId, inputTokensBound: (t) => t.length, upgradeFor: (d, s) => describeUpgrade(d, s.provider, parts.plans),
    settled: () => undefined, ready: async () => ({ ready: true, checks: { database: "ok" } }), isLocalSocket: () => false,
    corsOrigins: config.corsOrigins, trustProxy: false, version: "0",
  });
  const url = await api.listen({ port: 0, host: "127.0.0.1" });
  return { url, close: async () => { await api.close(); await parts.close(); } };
}
