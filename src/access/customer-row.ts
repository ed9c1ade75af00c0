/** A customer as the database keeps them: who they are is sealed, or erased. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Person, Vault } from "../privacy/vault.ts";
import type { Store } from "../store/store.ts";

/** What is there of every customer, erased ones too; sums are kept under the id. */
export interface CustomerRecord {
  readonly id: CustomerId;
  /** The instant that usage periods count from. */
  readonly usageAnchor: Instant;
  readonly createdAt: Instant;
}

export interface Customer extends Person, CustomerRecord {}

/** What reading and changing customers needs. */
export interface CustomerPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: { now(): Instant };
}

export function selectCustomers({ db }: Store) {
  return db
    .selectFrom("customers")
    .select(["id", "sealed_key", "sealed", "usage_anchor", "created_at"]);
}

export function recordOf(row: {
  readonly id: string;
  readonly usage_anchor: bigint;
  readonly created_at: bigint;
}): CustomerRecord {
  return {
    id: row.id as CustomerId,
    usageAnchor: instant(Number(row.usage_anchor)),
    createdAt: instant(Number(row.created_at)),
  };
}
