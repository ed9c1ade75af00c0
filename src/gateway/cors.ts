/** Lets browsers of named origins call the gateway. */
import type { IncomingMessage, ServerResponse } from "node:http";

const EXPOSED = [
  "x-purser-request-id",
  "x-purser-cost-usd",
  "x-purser-refusal",
  "x-purser-output-capped",
  "retry-after",
].join(", ");
const PREFLIGHT_SECONDS = "600";
const NONE: Readonly<Record<string, string>> = {};

/** The headers that every answer to this origin bears; none for an origin that is not named. */
export function corsHeaders(
  origin: string | undefined,
  origins: readonly string[],
): Readonly<Record<string, string>> {
  if (origins.length === 0) return NONE;
  if (origin === undefined || !origins.includes(origin)) {
    return { vary: "origin" };
  }
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": EXPOSED,
    vary: "origin",
  };
}

/** Answers a browser's question whether it may call. SDKs send headers of their own, so any may be sent. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: Readonly<Record<string, string>>,
): void {
  const mayCall = "access-control-allow-origin" in allowed;
  const wanted = request.headers["access-control-request-headers"];
  response.writeHead(204, {
    ...allowed,
    ...(mayCall
      ? {
          "access-control-allow-methods": "GET, POST, DELETE",
          "access-control-allow-headers": wanted ?? "authorization, content-type",
          "access-control-max-age": PREFLIGHT_SECONDS,
        }
      : {}),
  });
  response.end();
}
