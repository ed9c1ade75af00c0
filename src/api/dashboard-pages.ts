/** Gives out the dashboard's built files, with a policy that lets nothing else run. */
import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Api } from "./api.ts";

const NONCE_BYTES = 18;
const AN_HOUR_SECONDS = 3_600;
const A_YEAR_SECONDS = 31_536_000;
/** As Vite names the folder. */
const ASSETS = "assets";

export interface DashboardPages {
  /** Sends the page, whose own script then shows what the address names. */
  send(reply: FastifyReply): Promise<FastifyReply>;
  /** Is it a browser that goes to a page, rather than a program that asks for something? */
  isWanted(request: FastifyRequest): boolean;
}

/** null where the dashboard was not built: `npm run build` makes it, and `purser serve` before its first start. */
export async function dashboardPages(
  app: Api,
  folder: string | null,
): Promise<DashboardPages | null> {
  const index = folder === null ? null : await openIndex(join(folder, "index.html"));
  if (folder === null || index === null) return null;
  await giveOutFiles(app, folder);
  return {
    async send(reply) {
      const nonce = randomBytes(NONCE_BYTES).toString("base64");
      const html = await index.read();
      return reply
        .header("content-security-policy", policyWith(nonce))
        .header("referrer-policy", "same-origin")
        .header("x-frame-options", "DENY")
        .header("cache-control", "no-cache")
        .type("text/html; charset=utf-8")
        .send(html.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`));
    },
    isWanted: ({ method, headers, url }) =>
      (method === "GET" || method === "HEAD") &&
      (headers.accept ?? "").includes("text/html") &&
      !url.startsWith("/api/"),
  };
}

/** Beside a file stand its brotli and its gzip, where it was worth compressing (`dashboard/compress-files.ts`). */
async function giveOutFiles(app: Api, folder: string): Promise<void> {
  const alike = { index: false, cacheControl: false, preCompressed: true } as const;
  // Any name: a build that is made while this runs has others.
  await app.register(fastifyStatic, {
    ...alike,
    root: join(folder, ASSETS),
    prefix: `/${ASSETS}/`,
    // Files here have their content's hash in their name.
    setHeaders: (reply) => {
      reply.header("cache-control", `public, max-age=${A_YEAR_SECONDS}, immutable`);
    },
  });
  await app.register(fastifyStatic, {
    ...alike,
    root: folder,
    wildcard: false,
    decorateReply: false,
    globIgnore: ["index.html", `${ASSETS}/**`, "**/*.{br,gz}"],
    setHeaders: (reply) => {
      reply.header("cache-control", `public, max-age=${AN_HOUR_SECONDS}`);
    },
  });
}

/** Keeps the page, and reads it anew once it was built anew. null: there is none. */
async function openIndex(path: string): Promise<{ read(): Promise<string> } | null> {
  const first = await readUnlessOf(path, null);
  if (first === null) return null;
  let last = first;
  return {
    async read() {
      // While it is being built there is none: then the last one holds.
      last = (await readUnlessOf(path, last.writtenMs)) ?? last;
      return last.html;
    },
  };
}

/** null: it is the one that was written then, or is not there. */
async function readUnlessOf(
  path: string,
  knownMs: number | null,
): Promise<{ readonly html: string; readonly writtenMs: number } | null> {
  try {
    const { mtimeMs } = await stat(path);
    return mtimeMs === knownMs ? null : { html: await readFile(path, "utf8"), writtenMs: mtimeMs };
  } catch (fault) {
    if (isMissing(fault)) return null;
    throw fault;
  }
}

function isMissing(fault: unknown): boolean {
  return fault instanceof Error && "code" in fault && fault.code === "ENOENT";
}

/** The style sheets that Mantine writes into the page carry the nonce; nothing inline runs. */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
