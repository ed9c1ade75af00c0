/** The typed client of the REST API, as this page may use it: by the session's cookie. */
import { createClient } from "../../../src/client/client.ts";

/** Only a page of this server can send the header, so a request that another site's page makes changes nothing. */
const PAGE = { "x-purser-page": "1" };

export const client = createClient({
  fetch: (address, options) =>
    fetch(address, { ...options, headers: { ...headersOf(options), ...PAGE } }),
});

function headersOf(options: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(options?.headers).entries());
}
