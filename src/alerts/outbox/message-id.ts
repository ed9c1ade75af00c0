/** Names the message of one row of the outbox to one receiver, alike whenever and by whichever node it is sent. */
import { createHash } from "node:crypto";

const HASH_CHARS = 16;

/**
 * `17.8c1f….3b0a…`: letters, digits and full stops, at most 70 of them, so that it can be a mail's Message-ID (before the @)
 * and a webhook's id.
 */
export function messageIdOf(of: {
  readonly outboxId: bigint;
  readonly receiver: string;
  readonly installation: string;
}): string {
  const hash = createHash("sha256").update(of.receiver).digest("hex").slice(0, HASH_CHARS);
  return `${of.outboxId}.${hash}.${of.installation}`;
}
