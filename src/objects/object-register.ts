/** Who made what at which provider, kept in the database. */
import type { ObjectRegister, OwnedObject } from "../call/call.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { RequestFacts } from "../providers/dialect.ts";
import type { Store } from "../store/store.ts";

/** A body that names more than this is no request that anybody writes. */
const NAMED_MOST = 1_000;

export function createObjectRegister(from: {
  store: Store;
  clock: { now(): Instant };
}): ObjectRegister {
  const { store, clock } = from;
  return {
    async find(provider, ids) {
      const rows = await store.db
        .selectFrom("objects")
        .select(["object_id", "customer_id", "tokens", "contents", "made_by"])
        .where("provider", "=", provider)
        .where("object_id", "in", ids.slice(0, NAMED_MOST))
        .execute();
      return rows.map(
        (row): OwnedObject => ({
          objectId: row.object_id,
          customerId: row.customer_id as CustomerId,
          tokens: row.tokens === null ? null : Number(row.tokens),
          // Written below.
          madeBy: row.made_by,
          contents: row.contents === null ? null : (JSON.parse(row.contents) as RequestFacts),
        }),
      );
    },
    async add(objects, { customerId }) {
      if (objects.length === 0) return;
      const createdAt = clock.now();
      await store.write(
        objects.map(({ provider, objectId, kind, tokens, contents, madeBy }) =>
          store.db
            .insertInto("objects")
            .values({
              provider,
              object_id: objectId,
              kind,
              customer_id: customerId,
              tokens: tokens ?? null,
              contents: contents === undefined ? null : JSON.stringify(contents),
              made_by: madeBy ?? null,
              created_at: createdAt,
            })
            .onConflict((conflict) => conflict.doNothing()),
        ),
      );
    },
    async remove(provider, objectId) {
      await store.write([
        store.db
          .deleteFrom("objects")
          .where("provider", "=", provider)
          .where("object_id", "=", objectId),
      ]);
    },
  };
}
