/** Serper: Google's searches, one path for each kind. Its web page reader is another host and is not offered. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { routeAt, UNIT_PRICED } from "../unit-priced.ts";
import { CREDITS_A_QUERY } from "./credits.ts";
import { readRequest } from "./read-request.ts";
import { readUsage } from "./read-usage.ts";

export const serper: Dialect = {
  ...UNIT_PRICED,
  provider: "serper",
  title: "Serper",
  baseUrl: "https://google.serper.dev",
  credentialSetting: "SERPER_API_KEY",
  routes: [...CREDITS_A_QUERY.keys()].map((kind) => routeAt(`/${kind}`, { operation: "search" })),
  requestHeaders: [],
  responseHeaders: [],
  credentialHeaders: (secret) => ({ "x-api-key": secret }),
  readRequest,
  readUsage,
  errorBody,
};

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return { message: words.message, statusCode: words.status };
}
