/** The archives that were written, and the file of each. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Selectable } from "kysely";
import { AppError } from "../core/errors.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

export type ArchiveRow = Selectable<Schema["archives"]>;

export interface ListedArchive {
  readonly row: ArchiveRow;
  /** Is its file, whole, in this node's folder? */
  readonly isHere: boolean;
}

export interface Archives {
  /** The earliest month first. */
  list(): Promise<readonly ListedArchive[]>;
  /** Throws `not_found` where there is no such archive, or its file is not in this node's folder. */
  read(name: string): Promise<{ readonly row: ArchiveRow; readonly bytes: Readable }>;
}

/** `folder` is where `writeArchive` writes; each node may have its own. */
export function createArchives({ store, folder }: { store: Store; folder: string }): Archives {
  const isHere = async ({ file, bytes }: ArchiveRow): Promise<boolean> => {
    const found = await stat(join(folder, file)).catch(() => null);
    return found?.size === Number(bytes);
  };
  return {
    async list() {
      const rows = await store.db.selectFrom("archives").selectAll().orderBy("month").execute();
      return Promise.all(rows.map(async (row) => ({ row, isHere: await isHere(row) })));
    },
    async read(name) {
      const row = await store.db
        .selectFrom("archives")
        .selectAll()
        .where("month", "=", name)
        .executeTakeFirst();
      if (row === undefined) throw new AppError("not_found", `There is no archive ${name}.`);
      if (!(await isHere(row))) throw notHere(row);
      return { row, bytes: createReadStream(join(folder, row.file)) };
    },
  };
}

function notHere({ file }: ArchiveRow): AppError {
  return new AppError(
    "not_found",
    `The file ${file} is not in this node's PURSER_ARCHIVE_DIR as it was written. Ask the node that wrote it, or bring it back from a backup.`,
    { file },
  );
}
