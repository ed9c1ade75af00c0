/** The link by which a person stops one kind of mail: it says for whom and which kind, signed, and nothing else. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { CUSTOMER_ALERT_KINDS, type CustomerAlertKind } from "../../core/alerts/event-types.ts";
import type { CustomerId } from "../../core/ids.ts";

/** Whom a link is for, and which kind of mail it stops. */
export interface Unsubscription {
  readonly customerId: CustomerId;
  readonly kind: CustomerAlertKind;
}

export interface Unsubscribing {
  /** Good for ever: an old mail's link must work too. */
  urlFor(customerId: CustomerId, kind: CustomerAlertKind): string;
  /** null: we did not make it, or it lost a character on its way. */
  read(token: string): Unsubscription | null;
}

/** A token is some 110 characters; what is longer is not looked at. */
const TOKEN_CHARS_MOST = 400;

/** `key`: 32 bytes that only this deployment has. `publicUrl`: without a slash at the end. */
export function createUnsubscribing(of: { key: Uint8Array; publicUrl: string }): Unsubscribing {
  const tokenOf = (content: string): string => {
    const signature = createHmac("sha256", of.key).update(content).digest("base64url");
    return `${Buffer.from(content).toString("base64url")}.${signature}`;
  };
  return {
    urlFor: (customerId, kind) =>
      `${of.publicUrl}/unsubscribe?token=${tokenOf(`${kind} ${customerId}`)}`,
    read(token) {
      if (token.length > TOKEN_CHARS_MOST) return null;
      const content = Buffer.from(token.split(".", 1)[0] ?? "", "base64url").toString();
      // The whole token is compared, not its parts: so there is one way to write each.
      if (!isSame(token, tokenOf(content))) return null;
      const [word = "", customerId = ""] = content.split(" ", 2);
      const kind = CUSTOMER_ALERT_KINDS.find((known) => known === word);
      return kind === undefined ? null : { customerId: customerId as CustomerId, kind };
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
