/** Keeps the page of endpoints in step with the contract, and runs what the page of the client shows. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Audience, TAGS } from "../../src/api/contract/endpoint.ts";
import { ENDPOINTS } from "../../src/api/contract/endpoints/all.ts";
import { type RunningApi, runApi } from "../api/running-api.ts";

const KEYS: Readonly<Record<Audience, string>> = {
  public: "none",
  customer: "customer's own, service, admin",
  service: "service, admin",
  admin: "admin",
};

test("the page of endpoints is the contract's own list (`npx vitest run test/docs -u` writes it)", async () => {
  await expect(endpointsPage()).toMatchFileSnapshot("../../docs/endpoints.md");
});

describe("docs/client.md", () => {
  const blocks = [...readFileSync("docs/client.md", "utf8").matchAll(/```js\n([\s\S]*?)```/g)];
  let api: RunningApi;
  let env: Record<string, string>;

  beforeAll(async () => {
    api = await runApi();
    await api.addCustomer("ada", "pro");
    env = { PURSER_SERVICE_KEY: await api.serviceKey(), PURSER_ADMIN_KEY: api.adminKey };
  });
  afterAll(() => api.close());

  test("has examples to run", () => {
    expect(blocks.length).toBeGreaterThan(4);
  });

  test.each(blocks.map(([, code = ""]) => code))("runs: %s", async (code) => {
    const here = code.replaceAll("http://127.0.0.1:8787", api.url);
    expect((await run(here)).trim()).not.toBe("");
  });

  function run(code: string): Promise<string> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (more: Buffer) => {
      out += more;
    });
    child.stderr.on("data", (more: Buffer) => {
      err += more;
    });
    return new Promise((resolve, reject) =>
      child.on("close", (status) => (status === 0 ? resolve(out) : reject(new Error(err + out)))),
    );
  }
});

function endpointsPage(): string {
  const head =
    "# Endpoints\n\nAll of the [REST API](api.md). What each takes and gives is at `/docs` of your server, and in `/openapi.json`. This page is\nwritten by a test, from the code.\n";
  const sections = TAGS.map((tag) => {
    const rows = ENDPOINTS.filter((endpoint) => endpoint.tag === tag).map(
      ({ method, path, summary, audience }) =>
        `| ${method} | \`${path.replaceAll(/:(\w+)/g, "{$1}")}\` | ${summary} | ${KEYS[audience]} |\n`,
    );
    const title = `${tag.charAt(0).toUpperCase()}${tag.slice(1)}`;
    return `\n## ${title}\n\n| | address | | key |\n| --- | --- | --- | --- |\n${rows.join("")}`;
  });
  return head + sections.join("");
}
