/** The API's description of itself is whole and true, and its reference can be browsed without a network. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENDPOINTS, NAMED_ENDPOINTS } from "../../src/api/contract/endpoints/all.ts";
import { ERROR_MEANINGS } from "../../src/api/contract/failures.ts";
import { statusOf } from "../../src/core/error-status.ts";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { readConfig } from "../../src/server/config.ts";
import { openPurser } from "../../src/server/open-purser.ts";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
// biome-ignore lint/suspicious/noExplicitAny: the document is looked into by hand.
let described: any;

beforeAll(async () => {
  api = await runApi();
  described = (await api.ask("GET", "/openapi.json")).body;
});
afterAll(() => api.close());

test("every route that is served is an endpoint of the contract, and every endpoint is served", async () => {
  const wanted = ENDPOINTS.map(({ method, path }) => `${method} ${path}`);
  const served = (await servedRoutes()).filter(
    (route) => !/ \/(docs.*|openapi\.json)?$/.test(route),
  );
  // Where two endpoints name the same part of a path differently, Fastify prints both names in one.
  const unnamed = (routes: readonly string[]) =>
    new Set(routes.map((route) => route.replaceAll(/:[\w:|]+/g, ":name")));
  expect(unnamed(served)).toEqual(unnamed(wanted));
  expect(served).toHaveLength(wanted.length);
});

describe("the document", () => {
  test("is OpenAPI 3.1 of this server, with every endpoint", () => {
    expect(described.openapi).toBe("3.1.0");
    expect(described.info).toMatchObject({ title: "Purser", version: expect.any(String) });
    expect(described.servers).toEqual([{ url: "/" }]);
    expect(operations().map(({ id }) => id)).toEqual(
      expect.arrayContaining(NAMED_ENDPOINTS.map(([name]) => name)),
    );
    expect(operations()).toHaveLength(NAMED_ENDPOINTS.length);
  });

  test("has a unique name, a known tag, a summary without a full stop and a key for each", () => {
    const tags = described.tags.map((tag: { name: string }) => tag.name);
    const ids = operations().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, operation } of operations()) {
      expect(tags, id).toContain(operation.tags[0]);
      expect(operation.summary, id).toMatch(/^[A-Z].*[^.]$/);
      expect(operation.description, id).toMatch(/No key is needed|key/);
      const endpoint = NAMED_ENDPOINTS.find(([name]) => name === id)?.[1];
      expect(operation.security).toEqual(endpoint?.audience === "public" ? [] : [{ key: [] }]);
    }
  });

  test("names each parameter of a path exactly once", () => {
    for (const { id, path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const told = operation.parameters.filter((one: { in: string }) => one.in === "path");
      expect(
        told.map((one: { name: string }) => one.name),
        id,
      ).toEqual(inPath);
      const names = operation.parameters.map(
        (one: { in: string; name: string }) => `${one.in} ${one.name}`,
      );
      expect(new Set(names).size, id).toBe(names.length);
    }
  });

  test("says how each fails, with the shape that goes with the code", () => {
    for (const { id, operation } of operations()) {
      expect(Object.keys(operation.responses), id).toEqual(
        expect.arrayContaining(["400", "500", "default"]),
      );
      const failures = Object.entries<Response>(operation.responses).filter(
        ([status]) => status !== "default" && Number(status) >= 400,
      );
      for (const [status, { description }] of failures) {
        const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code);
        const known = ERROR_CODES.filter((code) => codes.includes(code));
        expect(known.length, `${id} ${status}`).toBeGreaterThan(0);
        expect(known.map(statusOf), `${id} ${status}`).toEqual(known.map(() => Number(status)));
      }
    }
    const { responses } = described.paths["/api/subscription/reservations"].post;
    expect(JSON.stringify(responses["429"])).toContain("#/components/schemas/LimitReached");
    expect(described.components.schemas.LimitReached.properties).toHaveProperty("resets_at");
  });

  test("points only at what is in it", () => {
    const refs = [...JSON.stringify(described).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, ref = ""]) => ref,
    );
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of new Set(refs)) {
      const steps = ref.replace(/^#\//, "").split("/");
      expect(
        steps.reduce((at, step) => at?.[step], described),
        ref,
      ).toBeDefined();
    }
  });

  test("has examples that its own schemas take", () => {
    const given = NAMED_ENDPOINTS.flatMap(([name, { examples, body, answer }]) => [
      { name, example: examples.body, schema: body },
      { name, example: examples.answer, schema: answer },
    ]).filter(({ example }) => example !== undefined);
    expect(given.length).toBeGreaterThan(4);
    for (const { name, example, schema } of given) {
      expect(schema.safeParse(example).error, name).toBeUndefined();
    }
  });

  test("says of each error what its page says", () => {
    const index = readFileSync("docs/errors/README.md", "utf8");
    for (const code of ERROR_CODES) {
      expect(index).toContain(
        `| [\`${code}\`](${code}.md) | ${statusOf(code)} | ${ERROR_MEANINGS[code]} |`,
      );
      expect(readFileSync(`docs/errors/${code}.md`, "utf8")).toContain(`HTTP ${statusOf(code)}. `);
    }
  });
});

describe("the reference at /docs", () => {
  test.each(["/docs", "/docs/"])(
    "%s is served, with all that it names, from here",
    async (path) => {
      const page = await api.ask("GET", path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toContain("text/html");
      const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = ""]) => url);
      expect(named.length).toBeGreaterThan(5);
      for (const url of named) {
        const asset = new URL(url, `${api.url}${path}`);
        expect(asset.origin).toBe(api.url);
        expect((await fetch(asset)).status, asset.pathname).toBe(200);
      }
    },
  );

  test("loads nothing from elsewhere and runs no script that is written into the page", async () => {
    const page = await api.ask("GET", "/docs");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.text).not.toMatch(/<script>|<style|\son\w+=|style=/);
    const start = await api.ask("GET", "/docs/static/theme/purser.js");
    expect(start.text).toContain("openapi.json");
    const styles = await api.ask("GET", "/docs/static/swagger-ui.css");
    expect(styles.text).not.toMatch(/@import|url\(["']?https?:/);
    expect(`${start.text}${page.text}`).not.toMatch(/https?:\/\//);
  });

  test("follows the system into the dark", async () => {
    const start = await api.ask("GET", "/docs/static/theme/purser.js");
    expect(start.text).toContain("prefers-color-scheme: dark");
    const styles = await api.ask("GET", "/docs/static/swagger-ui.css");
    expect(styles.text).toContain("html.dark-mode .swagger-ui");
  });

  test("is linked from the front page", async () => {
    const front = await api.ask("GET", "/");
    expect(front.text).toContain('href="/docs"');
    expect(front.text).toContain('href="/openapi.json"');
  });
});

test("a path that takes other methods says which", async () => {
  const { status, body } = await api.ask("DELETE", "/api/subscription/plans");
  expect(status).toBe(404);
  expect(body).toMatchObject({ error: "not_found", methods: ["GET"] });
  expect(body.message).toContain("GET");
});

interface Response {
  readonly description: string;
}

function operations() {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return Object.entries<Record<string, any>>(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation,
      id: String(operation.operationId),
    })),
  );
}

/** What Fastify itself says it serves, e.g. `GET /healthz`; a HEAD goes with its GET. */
async function servedRoutes(): Promise<string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-routes-"));
  const purser = await openPurser(
    readConfig({
      PURSER_DATA_DIR: dataDir,
      PURSER_LOG_LEVEL: "silent",
      PURSER_DASHBOARD_DIR: join(dataDir, "no-dashboard"),
    }),
  );
  const tree = purser.api.printRoutes({ commonPrefix: false });
  await purser.close();
  rmSync(dataDir, { recursive: true });
  const above: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, indent = "", part = "", methods = ""] =
      /^([ │]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === "") return [];
    const depth = indent.length / 4;
    above.splice(depth, above.length, part);
    const path = above.join("").replace(/^\/+/, "/");
    return methods
      .split(", ")
      .filter((method) => method !== "" && method !== "HEAD")
      .map((method) => `${method} ${path}`);
  });
}
