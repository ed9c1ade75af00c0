/** Runs the code blocks of README and the quick start, against the real server and a simulated provider. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { socketDoor } from "../../src/client/admin-door.ts";
import { createClient } from "../../src/client/client.ts";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import { readConfig } from "../../src/server/config.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { temporaryFolder } from "../cli/run-purser.ts";

interface Block {
  readonly language: string;
  readonly code: string;
}

const DOCUMENTED_ADDRESS = "http://127.0.0.1:8787";
const folder = temporaryFolder();
/** What `export` in one block leaves for the next. */
const shell: Record<string, string> = { PURSER_DATA_DIR: folder.path };
let provider: SimulatedProvider;
let server: RunningServer;

beforeAll(async () => {
  provider = await startSimulatedProvider({ delays: { firstMs: 5, betweenMs: 1 } });
  const upstreams = DIALECTS.flatMap(({ provider: name, credentialSetting }) => [
    [`PURSER_UPSTREAM_${name.toUpperCase()}`, `${provider.url}/${name}`],
    [credentialSetting, "simulated"],
  ]);
  const env = { PURSER_DATA_DIR: folder.path, PURSER_PORT: "0", ...Object.fromEntries(upstreams) };
  server = await startServer(readConfig(env));
  const purser = createClient({ transport: socketDoor(folder.path).send });
  const { key } = await purser.admin.createKey({ kind: "service", name: "snippets" });
  shell["PURSER_SERVICE_KEY"] = key;
});
afterAll(async () => {
  await server.close();
  await provider.close();
  folder.remove();
});

describe.each(["README.md", "docs/quickstart.md"])("%s", (path) => {
  const blocks = blocksOf(readFileSync(path, "utf8"));

  test("has examples to run", () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(blocks)("runs: $code", async (block) => {
    const before = provider.requests.length;
    const out = await run(block);
    expect(out.trim()).not.toBe("");
    // What calls a model has really reached the (simulated) provider, through Purser.
    const calls = block.language === "js" || block.code.startsWith("curl");
    expect(provider.requests.length - before).toBe(calls ? 1 : 0);
    if (block.code.includes("usage ada")) expect(out).toMatch(/has used \$0\.\d+ of \$150\.00/);
  });
});

/** Blocks marked `js` and `sh` are run; those without a mark start a server or need an account. */
function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/```(js|sh)\n([\s\S]*?)```/g)].map(
    ([, language = "", code = ""]) => ({
      language,
      code: code.trim(),
    }),
  );
}

async function run({ language, code }: Block): Promise<string> {
  const here = code.replaceAll(DOCUMENTED_ADDRESS, server.url);
  if (language === "js") return runProcess(process.execPath, ["--input-type=module", "-e", here]);
  const out = await runProcess("bash", ["-euo", "pipefail", "-c", `${here}\necho "::$PURSER_KEY"`]);
  const [printed = "", key = ""] = out.split("::");
  shell["PURSER_KEY"] = key.trim();
  return printed;
}

function runProcess(program: string, words: readonly string[]): Promise<string> {
  const child = spawn(program, words, {
    env: { PURSER_KEY: "", ...process.env, ...shell },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (more: Buffer) => {
    out += more;
  });
  child.stderr.on("data", (more: Buffer) => {
    err += more;
  });
  return new Promise((resolve, reject) =>
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(err + out)))),
  );
}
