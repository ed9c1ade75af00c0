/** The secrets that sign what goes to a webhook, as the Standard Webhooks write them; one replaces another with an overlap. */
import { randomBytes } from "node:crypto";
import { type Instant, nearestInstant, SECOND_MS } from "../core/instant.ts";

/** Never to be logged, and shown only where it is made. */
export interface SigningSecret {
  /** `whsec_` and base64 of 24 to 64 bytes. */
  readonly secret: string;
  /** It was replaced, and signs until then. */
  readonly until?: Instant;
}

const SECRET_BYTES = 32;
const SIGNING_MOST = 4;

export function newSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** Those that sign at that instant, newest first; at most four, however often they were replaced. */
export function signingAt(secrets: readonly SigningSecret[], at: Instant): SigningSecret[] {
  return secrets.filter(({ until }) => until === undefined || until > at).slice(0, SIGNING_MOST);
}

/** The new one first; all others end after the overlap, or when they would have ended before. */
export function withNewSecret(
  secrets: readonly SigningSecret[],
  of: { readonly secret: string; readonly overlapSeconds: number; readonly at: Instant },
): SigningSecret[] {
  const endsAt = nearestInstant(of.at + of.overlapSeconds * SECOND_MS);
  const replaced = secrets.map(({ secret, until }) => ({
    secret,
    until: nearestInstant(Math.min(until ?? endsAt, endsAt)),
  }));
  return signingAt([{ secret: of.secret }, ...replaced], of.at);
}
