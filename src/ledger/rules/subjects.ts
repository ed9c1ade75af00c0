/** Whose counters a call counts in: its customer's, its key's, and the deployment's. */
import type { CustomerId, KeyId } from "../../core/ids.ts";

/** The operator's own safety net: all customers together. */
export const DEPLOYMENT = "deployment";

const KEY_PREFIX = "key:";

export function keySubject(id: KeyId): string {
  return `${KEY_PREFIX}${id}`;
}

export type Subject =
  | { readonly kind: "customer"; readonly id: CustomerId }
  | { readonly kind: "key"; readonly id: KeyId }
  | { readonly kind: "deployment" };

/** What a counter's subject names. */
export function subjectOf(text: string): Subject {
  if (text === DEPLOYMENT) return { kind: "deployment" };
  // Ids are random, so none of a customer begins like a key's subject.
  if (text.startsWith(KEY_PREFIX)) {
    return { kind: "key", id: text.slice(KEY_PREFIX.length) as KeyId };
  }
  return { kind: "customer", id: text as CustomerId };
}
