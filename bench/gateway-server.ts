/** The gateway of its own benchmark, in a process of its own: the real server, durable, with limits on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../src/server/config.ts";
import { startServer } from "../src/server/start-server.ts";
import { serveCpuTimes } from "./cpu-times.ts";

const adminKey = "bench-admin-key-of-no-value-outside-this-bench";
const dataDir = mkdtempSync(join(tmpdir(), "purser-bench-"));
process.on("exit", () => rmSync(dataDir, { recursive: true, force: true }));

const config = readConfig({
  PURSER_PORT: "0",
  PURSER_DATA_DIR: dataDir,
  PURSER_ADMIN_KEY: adminKey,
  PURSER_PLANS: process.argv[3],
  PURSER_UPSTREAM_OPENAI: `${process.argv[2]}/openai`,
  OPENAI_API_KEY: "simulated",
});
const server = await startServer(config);
serveCpuTimes({ url: server.url, adminKey });
