/** Names archives: by their month, and by a number where more was told of it after it had left. */
import type { Store } from "../store/store.ts";

/** Those of a month, such as `2026-01` and `2026-01-2`, the latest last. */
export async function archivesOf({ db }: Store, month: string): Promise<string[]> {
  const rows = await db
    .selectFrom("archives")
    .select("month")
    .where(({ eb, or }) => or([eb("month", "=", month), eb("month", "like", `${month}-%`)]))
    .execute();
  return rows.map((row) => row.month).sort((one, other) => numberOf(one) - numberOf(other));
}

/** The next archive of that month. */
export async function freeArchiveName(store: Store, month: string): Promise<string> {
  const there = await archivesOf(store, month);
  return there.length === 0 ? month : `${month}-${there.length + 1}`;
}

function numberOf(name: string): number {
  return Number(name.split("-")[2] ?? 1);
}
