/** What the page of keys reads. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ownKeys } from "../../../../src/api/contract/keys.ts";
import type { limitUses } from "../../../../src/api/contract/limit-use.ts";
import { client } from "../../app/client.ts";

export type OwnKey = z.output<typeof ownKeys>["keys"][number];
export type LimitUse = z.output<typeof limitUses>["limits"][number];

/** A key that was just made, with its text, which nothing shows again. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
  readonly name: string;
  /** The name of the key that it replaces; undefined: it replaces none. */
  readonly replaces?: string;
}

export function keysQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "keys"],
    queryFn: async () => (await client.keys(userId)).keys,
  });
}

export function limitsQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "limits"],
    queryFn: () => client.limits(userId),
  });
}

/** The first call of a key (or of the one it replaces) since it was made; null: none has come. */
export function firstCallQuery(userId: string, key: OwnKey | undefined) {
  return queryOptions({
    queryKey: ["customer", userId, "first-call", key?.id],
    enabled: key !== undefined,
    queryFn: async () => {
      const { counts_as: keyId = "", created_at: from = "" } = key ?? {};
      const { logs } = await client.logPage({ user_id: userId, key_id: keyId, from, limit: 1 });
      return logs[0] ?? null;
    },
  });
}

export type KeyState = "live" | "replaced" | "expired" | "revoked";

/** `replaced`: still works, for a while, beside the one that took its place. */
export function stateOf(key: OwnKey, all: readonly OwnKey[], now: number): KeyState {
  if (key.revoked_at !== null) return "revoked";
  if (key.expires_at !== null && Date.parse(key.expires_at) <= now) return "expired";
  const isReplaced = all.some(
    (other) => other.counts_as === key.counts_as && numberOf(other.id) > numberOf(key.id),
  );
  return isReplaced ? "replaced" : "live";
}

/** The n-th key of a family is named `<id of the first>.<n>`. */
function numberOf(id: string): number {
  return Number(/\.(\d+)$/.exec(id)?.[1] ?? 1);
}
