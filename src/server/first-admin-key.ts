/** The first admin key of an installation, made where the settings name none. */
import type { Parts } from "./open-parts.ts";

/** Makes the first admin key where there is none, one whatever starts at once; its text is returned this once and never again. */
export function firstAdminKey({
  node,
  store,
  keys,
}: Pick<Parts, "node" | "store" | "keys">): Promise<string | null> {
  return node.exclusively(async () => {
    const existing = await store.db
      .selectFrom("keys")
      .select("id")
      .where("kind", "=", "admin")
      .limit(1)
      .executeTakeFirst();
    if (existing !== undefined) return null;
    const made = await keys.create({ kind: "admin", name: "first admin key" }, "first start");
    return made.key;
  });
}
