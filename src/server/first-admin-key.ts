/** The first admin key of an installation, made where the settings name none. */
import type { Keys } from "../access/keys.ts";
import type { Store } from "../store/store.ts";

/** Makes the first admin key where there is none; its text is returned this once and never again. */
export async function firstAdminKey(store: Store, keys: Keys): Promise<string | null> {
  const existing = await store.db
    .selectFrom("keys")
    .select("id")
    .where("kind", "=", "admin")
    .limit(1)
    .executeTakeFirst();
  if (existing !== undefined) return null;
  const made = await keys.create({ kind: "admin", name: "first admin key" }, "first start");
  return made.key;
}
