/** The dashboard's files on the wire: compressed, kept by browsers, under a policy, and taken anew after a build. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compressFiles } from "../../dashboard/compress-files.ts";
import { type RunningApi, runApi } from "./running-api.ts";

const SCRIPT = `export const words = ${JSON.stringify("what is said again and again ".repeat(200))};\n`;
const TINY = "export {};\n";
const PAGE = '<!doctype html><meta name="csp-nonce" content="" /><title>Purser</title>';

let folder: string;
let api: RunningApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "purser-dashboard-test-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "color-scheme.js"), SCRIPT);
  writeFileSync(join(folder, "assets", "index-abc123.js"), SCRIPT);
  writeFileSync(join(folder, "assets", "tiny-abc123.js"), TINY);
  await compressFiles(folder);
  api = await runApi({ PURSER_DASHBOARD_DIR: folder });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a file goes out as brotli or gzip, as the browser takes it, and as it is to whoever takes neither", async () => {
  const path = "/assets/index-abc123.js";
  const brotli = await ask(path, { "accept-encoding": "gzip, deflate, br, zstd" });
  expect(brotli.headers["content-encoding"]).toBe("br");
  expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT);
  const zipped = await ask(path, { "accept-encoding": "gzip" });
  expect(zipped.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(zipped.body).toString()).toBe(SCRIPT);
  const refused = { "accept-encoding": "br;q=0, gzip;q=0" };
  for (const plain of [await ask(path), await ask(path, refused)]) {
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body.toString()).toBe(SCRIPT);
  }
  for (const { status, headers } of [brotli, zipped]) {
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/javascript; charset=utf-8");
    expect(headers.vary).toBe("Origin, accept-encoding");
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
  expect(brotli.body.length).toBeLessThan(zipped.body.length);
  expect(zipped.body.length).toBeLessThan(SCRIPT.length / 10);
});

test("what is too small to compress goes out as it is", async () => {
  const tiny = await ask("/assets/tiny-abc123.js", { "accept-encoding": "gzip, br" });
  expect(tiny.status).toBe(200);
  expect(tiny.headers["content-encoding"]).toBeUndefined();
  expect(tiny.headers.vary).toBe("Origin, accept-encoding");
  expect(tiny.body.toString()).toBe(TINY);
});

test("HEAD says what GET would, and a range is one of what is sent", async () => {
  const path = "/assets/index-abc123.js";
  const takes = { "accept-encoding": "br" };
  const whole = await ask(path, takes);
  const head = await ask(path, takes, "HEAD");
  expect(head.status).toBe(200);
  expect(head.body.length).toBe(0);
  for (const name of ["content-encoding", "content-length", "content-type", "etag", "vary"]) {
    expect(head.headers[name], name).toBe(whole.headers[name]);
  }
  const part = await ask(path, { ...takes, range: "bytes=0-9" });
  expect(part.status).toBe(206);
  expect(part.headers["content-range"]).toBe(`bytes 0-9/${whole.body.length}`);
  expect(part.body).toEqual(whole.body.subarray(0, 10));
});

test("what has no hash in its name is asked for again after an hour, and comes once", async () => {
  for (const encoding of ["br", "gzip", "identity"]) {
    const takes = { "accept-encoding": encoding };
    const first = await ask("/color-scheme.js", takes);
    expect(first.headers["cache-control"]).toBe("public, max-age=3600");
    const again = await ask("/color-scheme.js", {
      ...takes,
      "if-none-match": String(first.headers.etag),
    });
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
    expect(again.headers.vary).toBe("Origin, accept-encoding");
  }
  const stale = await ask("/color-scheme.js", { "if-none-match": 'W/"another"' });
  expect(stale.status).toBe(200);
});

test("the page is never kept, and has a nonce and a strict policy of its own each time", async () => {
  const nonces = new Set<string>();
  for (const path of ["/", "/usage", "/"]) {
    const { status, headers, body } = await ask(path, {
      accept: "text/html",
      "accept-encoding": "br",
    });
    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-cache");
    const nonce = /name="csp-nonce" content="([^"]{24})"/.exec(body.toString())?.[1] ?? "";
    expect(headers["content-security-policy"]).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["referrer-policy"]).toBe("same-origin");
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test("what was built anew is shown without a new start, and while it is built the page before", async () => {
  const page = async (): Promise<string> =>
    (await ask("/", { accept: "text/html" })).body.toString();
  const file = join(folder, "index.html");
  rmSync(file);
  expect(await page()).toContain("<title>Purser</title>");
  writeFileSync(join(folder, "assets", "index-def456.js"), TINY);
  writeFileSync(file, PAGE.replace("Purser", "Built anew"));
  // Whatever the file system's clock is good for.
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  expect(await page()).toContain("<title>Built anew</title>");
  expect((await ask("/assets/index-def456.js")).body.toString()).toBe(TINY);
});

test("nothing beside the built files is given out", async () => {
  for (const path of ["/assets/..%2findex.html", "/assets/../index.html", "/assets/", "/assets"]) {
    const { status, body } = await ask(path);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(body.toString(), path).not.toContain("<title>");
  }
  const gone = await ask("/assets/index-000000.js");
  expect(gone.status).toBe(404);
  expect(gone.headers["content-type"]).toContain("json");
});

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As the bytes are on the wire: `fetch` would decode them. */
function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const asked = request({ hostname, port, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      );
      answer.on("error", reject);
    });
    asked.on("error", reject).end();
  });
}
