/** Hours in which a provider failed, and what its failures look like. */
import { HOUR_MS, type Instant } from "../../core/instant.ts";
import type { Seeded } from "./seeded.ts";

interface Outage {
  readonly provider: string;
  readonly hoursAgo: number;
  readonly hours: number;
  /** Of calls, how many fail. */
  readonly share: number;
  readonly failure: Failure;
}

export interface Failure {
  readonly statusCode: number;
  readonly errorMessage: string;
}

const OVERLOADED = { statusCode: 529, errorMessage: "Overloaded (simulated)" };
const AWAY = { statusCode: 503, errorMessage: "The server is overloaded (simulated)" };

const OUTAGES: readonly Outage[] = [
  { provider: "openai", hoursAgo: 31, hours: 3, share: 0.72, failure: AWAY },
  { provider: "anthropic", hoursAgo: 24 * 16 + 5, hours: 2, share: 0.6, failure: OVERLOADED },
  { provider: "mistral", hoursAgo: 24 * 41 + 9, hours: 5, share: 0.45, failure: AWAY },
  { provider: "gemini", hoursAgo: 24 * 88 + 2, hours: 2, share: 0.5, failure: AWAY },
  { provider: "openai", hoursAgo: 24 * 120, hours: 4, share: 0.4, failure: AWAY },
];

/** What fails on an ordinary day, one call in so many. */
const ORDINARY: readonly (Failure & { readonly weight: number })[] = [
  { weight: 4, statusCode: 500, errorMessage: "Internal server error (simulated)" },
  { weight: 3, statusCode: 429, errorMessage: "Rate limit of the provider reached (simulated)" },
  { weight: 2, statusCode: 400, errorMessage: "The prompt is too long (simulated)" },
];
const ONE_IN = 140;

/** What applications send again. */
export function isOutage(statusCode: number): boolean {
  return statusCode === AWAY.statusCode || statusCode === OVERLOADED.statusCode;
}

/** null: the call is answered. */
export function drawFailure(
  call: { readonly provider: string; readonly at: Instant; readonly now: Instant },
  chance: Seeded,
): Failure | null {
  const hoursAgo = (call.now - call.at) / HOUR_MS;
  const outage = OUTAGES.find(
    (one) =>
      one.provider === call.provider &&
      hoursAgo <= one.hoursAgo &&
      hoursAgo > one.hoursAgo - one.hours,
  );
  if (outage !== undefined && chance.next() < outage.share) return outage.failure;
  return chance.isOnce(ONE_IN) ? chance.pick(ORDINARY) : null;
}
