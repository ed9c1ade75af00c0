/** A channel as it is known, and as the database keeps it: where it leads to, and its secrets, are sealed. */
import type { Selectable } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Schema } from "../store/schema.ts";
import type { Target } from "./message.ts";
import { type SigningSecret, signingAt } from "./signing-secrets.ts";

/** Where a channel leads to. */
export type Receiver =
  | { readonly kind: "email"; readonly to: string }
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** Newest first. */
      readonly secrets: readonly SigningSecret[];
    }
  /** Whoever has the address can post there: it is a secret. */
  | { readonly kind: "slack"; readonly url: string };

export type Channel = Receiver & {
  readonly id: number;
  /** Only what is about that customer goes there; null: the operator's. */
  readonly customerId: CustomerId | null;
  readonly name: string;
  /** EVENT_PATTERNS, for `isWanted`. */
  readonly events: readonly string[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Nothing goes there while it is set. */
  readonly pausedAt: Instant | null;
};

/** Encrypts for the database, as the vault does. */
export interface Sealing {
  seal(text: string): Uint8Array;
  open(sealed: Uint8Array): string;
}

export function sealReceiver(sealing: Sealing, receiver: Receiver): Uint8Array {
  const { kind: _, ...rest } = receiver;
  return sealing.seal(JSON.stringify(rest));
}

export function channelOf(sealing: Sealing, row: Selectable<Schema["channels"]>): Channel {
  return {
    id: Number(row.id),
    customerId: row.customer_id as CustomerId | null,
    name: row.name,
    events: JSON.parse(row.events),
    createdAt: instant(Number(row.created_at)),
    updatedAt: instant(Number(row.updated_at)),
    pausedAt: row.paused_at === null ? null : instant(Number(row.paused_at)),
    ...openReceiver(sealing, row),
  };
}

function openReceiver(
  sealing: Sealing,
  { kind, sealed }: Pick<Selectable<Schema["channels"]>, "kind" | "sealed">,
): Receiver {
  return { kind, ...JSON.parse(sealing.open(sealed)) };
}

/** Where a message to it goes at that instant: of a webhook's secrets those that still sign. */
export function targetOf(channel: Receiver, at: Instant): Target {
  switch (channel.kind) {
    case "email":
      return { kind: "email", to: channel.to };
    case "slack":
      return { kind: "slack", url: channel.url };
    case "webhook":
      return {
        kind: "webhook",
        url: channel.url,
        secrets: signingAt(channel.secrets, at).map(({ secret }) => secret),
      };
  }
}
