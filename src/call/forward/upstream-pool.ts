/** Keeps the connections to each provider: one undici pool for each base URL, made at its first call. */
import { Pool } from "undici";

export interface UpstreamPool {
  readonly pool: Pool;
  /** The base URL's own path, which the provider's path is appended to. */
  readonly pathPrefix: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

const pools = new Map<string, UpstreamPool>();

/**
 * Idle connections close by themselves after four seconds, and do not keep the process alive.
 * Throws where `baseUrl` is no http(s) URL.
 */
export function poolOf(baseUrl: string): UpstreamPool {
  const known = pools.get(baseUrl);
  if (known !== undefined) return known;
  const url = new URL(baseUrl);
  const made: UpstreamPool = {
    // Our own deadlines govern (see call-watch.ts); undici's would end a call that we still wait for.
    pool: new Pool(url.origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: CONNECT_TIMEOUT_MS },
    }),
    pathPrefix: url.pathname.replace(/\/$/, ""),
  };
  pools.set(baseUrl, made);
  return made;
}
