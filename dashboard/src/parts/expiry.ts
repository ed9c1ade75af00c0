/** When a new key ends: never, after a while, or on a day. */

const DAY_MS = 86_400_000;

export const EXPIRIES = [
  { value: "never", label: "Never" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "day", label: "On a day" },
] as const;
export type Expiry = (typeof EXPIRIES)[number]["value"];

/** As the API takes it; undefined: never. `day` is of the reader's own calendar, such as `2026-05-01`, and ends as it begins. */
export function expiresAt(expiry: Expiry, day: string, now: number): string | undefined {
  if (expiry === "never") return undefined;
  const at = expiry === "day" ? Date.parse(`${day}T00:00`) : now + Number(expiry) * DAY_MS;
  // A day that is none is for the server to refuse, in its own words.
  return Number.isNaN(at) ? day : new Date(at).toISOString();
}
