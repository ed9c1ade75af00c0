/** Gives out the dashboard's built files, with a policy that lets nothing else run. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Api } from "./api.ts";

const NONCE_BYTES = 18;
const A_YEAR_SECONDS = 31_536_000;

export interface DashboardPages {
  /** Sends the page, whose own script then shows what the address names. */
  send(reply: FastifyReply): FastifyReply;
  /** Is it a browser that goes to a page, rather than a program that asks for something? */
  isWanted(request: FastifyRequest): boolean;
}

/** null where the dashboard was not built: `npm run build` makes it, and `purser serve` before its first start. */
export async function dashboardPages(
  app: Api,
  folder: string | null,
): Promise<DashboardPages | null> {
  const index = folder === null ? null : join(folder, "index.html");
  if (folder === null || index === null || !existsSync(index)) return null;
  const html = readFileSync(index, "utf8");
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    globIgnore: ["index.html"],
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Files under assets/ have their content's hash in their name.
      const isNamedByContent = path.includes("/assets/") || path.includes("\\assets\\");
      const seconds = isNamedByContent ? `${A_YEAR_SECONDS}, immutable` : "3600";
      reply.header("cache-control", `public, max-age=${seconds}`);
    },
  });
  return {
    send(reply) {
      const nonce = randomBytes(NONCE_BYTES).toString("base64");
      return reply
        .header("content-security-policy", policyWith(nonce))
        .header("referrer-policy", "same-origin")
        .header("x-frame-options", "DENY")
        .type("text/html; charset=utf-8")
        .send(html.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`));
    },
    isWanted: ({ method, headers, url }) =>
      (method === "GET" || method === "HEAD") &&
      (headers.accept ?? "").includes("text/html") &&
      !url.startsWith("/api/"),
  };
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
