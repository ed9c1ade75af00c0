/** Names of the keys that alerts are about. */
import type { Told } from "../core/alerts/alert-facts.ts";
import type { Store } from "../store/store.ts";

/** By key id; ended keys too. */
export async function keyNamesOf(
  { db }: Pick<Store, "db">,
  told: readonly (Told | null)[],
): Promise<ReadonlyMap<string, string>> {
  const ids = told.flatMap((each) => keyIdOf(each) ?? []);
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("keys").select(["id", "name"]).where("id", "in", ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** undefined: it is about no key. */
export function keyIdOf(told: Told | null): string | undefined {
  return told !== null && "key_id" in told.facts ? told.facts.key_id : undefined;
}
