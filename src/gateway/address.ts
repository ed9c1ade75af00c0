/** Reads a gateway address: `/<provider>/<the provider's own path>?<query>`. */
import { normalizeProvider } from "../core/providers.ts";
import { DIALECTS } from "../providers/all.ts";
import type { Dialect } from "../providers/dialect.ts";

export interface Address {
  readonly dialect: Dialect;
  /** The provider's own path, with its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const BY_PROVIDER: ReadonlyMap<string, Dialect> = new Map(
  DIALECTS.map((dialect) => [dialect.provider, dialect]),
);

/** Is this request the gateway's, rather than the API's or a page's? `url` is as `node:http` gives it. */
export function isGatewayPath(url: string): boolean {
  return dialectOf(firstWord(url)) !== undefined;
}

/** null: not the gateway's. */
export function readAddress(url: string): Address | null {
  const word = firstWord(url);
  const dialect = dialectOf(word);
  if (dialect === undefined) return null;
  const mark = url.indexOf("?");
  const path = url.slice(word.length + 1, mark === -1 ? undefined : mark);
  const query = new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1));
  return { dialect, path: path === "" ? "/" : path, query };
}

/** An old name of a provider is one of its addresses too. */
function dialectOf(word: string): Dialect | undefined {
  return BY_PROVIDER.get(word) ?? BY_PROVIDER.get(normalizeProvider(word));
}

function firstWord(url: string): string {
  return /^\/([^/?]*)/.exec(url)?.[1] ?? "";
}
