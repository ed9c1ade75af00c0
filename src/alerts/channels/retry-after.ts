/** Reads the header Retry-After: seconds, or a date. */

/** How long the receiver asks us to wait, in milliseconds; undefined where it does not say, or not in a way that can be read. */
export function retryAfterMs(header: string | readonly string[] | undefined): number | undefined {
  const text = (typeof header === "string" ? header : header?.[0])?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = /^[A-Z][a-z]{2},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
