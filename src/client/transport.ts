/** How a question gets to Purser: over HTTP with `fetch`, or another way that answers alike. */

export interface Question {
  readonly method: string;
  /** With its query, e.g. `/api/subscription/usage/ada?billing_period=all`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Rejects where no connection could be made, or where the signal ended it. */
export type Transport = (question: Question) => Promise<Response>;

/** `baseUrl` is where Purser is, e.g. `http://127.0.0.1:8787`, with whatever path a proxy puts before it. */
export function fetchTransport(baseUrl: string, fetchAs: typeof fetch = fetch): Transport {
  const base = baseUrl.replace(/\/+$/, "");
  return ({ path, ...question }) => fetchAs(`${base}${path}`, question);
}
