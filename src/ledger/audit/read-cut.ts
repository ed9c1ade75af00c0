/** Reads how far the log has been written, alone or in the very statement that reads a sum. */
import { sql } from "kysely";
import type { Store } from "../../store/store.ts";
import type { Cut } from "./posting.ts";

/** The columns to select beside a sum: one statement sees one state of the database. */
export const CUT_COLUMNS = [
  sql<bigint>`(select coalesce(max(seq), 0) from events)`.as("cut_seq"),
  sql<bigint>`(select coalesce(max(id), 0) from corrections)`.as("cut_correction"),
] as const;

export function cutOf(row: { readonly cut_seq: bigint; readonly cut_correction: bigint }): Cut {
  return { seq: row.cut_seq, correction: row.cut_correction };
}

export async function readCut({ db }: Store): Promise<Cut> {
  const row = await db.selectNoFrom([...CUT_COLUMNS]).executeTakeFirstOrThrow();
  return cutOf(row);
}
