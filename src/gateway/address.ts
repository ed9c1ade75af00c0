/** Reads a gateway address: `/<provider>/<the provider's own path>?<query>`. */
import { normalizeProvider } from "../core/providers.ts";
import type { Dialect } from "../providers/dialect.ts";

export interface Address {
  readonly dialect: Dialect;
  /** The provider's own path, with its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Finds a provider's dialect by the first part of a path. */
export interface Addresses {
  /** null: not the gateway's, but the API's or a page's. `url` is as `node:http` gives it. */
  read(url: string): Address | null;
  /** Is it the gateway's? */
  has(url: string): boolean;
}

export function addressesOf(dialects: readonly Dialect[]): Addresses {
  const byProvider = new Map(dialects.map((dialect) => [dialect.provider, dialect]));
  // An old name of a provider is one of its addresses too.
  const dialectOf = (word: string): Dialect | undefined =>
    byProvider.get(word) ?? byProvider.get(normalizeProvider(word));
  return {
    read(url) {
      const word = firstWord(url);
      const dialect = dialectOf(word);
      return dialect === undefined ? null : addressOf(url, word, dialect);
    },
    has: (url) => dialectOf(firstWord(url)) !== undefined,
  };
}

function addressOf(url: string, word: string, dialect: Dialect): Address {
  const mark = url.indexOf("?");
  const path = url.slice(word.length + 1, mark === -1 ? undefined : mark);
  const query = new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1));
  return { dialect, path: path === "" ? "/" : path, query };
}

function firstWord(url: string): string {
  return /^\/([^/?]*)/.exec(url)?.[1] ?? "";
}
