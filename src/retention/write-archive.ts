/** Writes frozen events into a file of the archive folder: under another name until it is whole and on the disk. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { FrozenEvents, WrittenArchive } from "../ledger/month-to-detach.ts";
import type { Store } from "../store/store.ts";
import { archivePages } from "./archive-lines.ts";

/** For the owner of the process alone, as the database is. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Gzipped JSON lines, `<name>.jsonl.gz`. A file of that name is replaced: it was written by a run that ended before its
 * archive was noted. `onPage` is told of each page that was written. Throws what the disk or the database says.
 */
export async function writeArchive(
  to: { readonly store: Store; readonly folder: string },
  of: {
    readonly name: string;
    readonly events: FrozenEvents;
    readonly signal?: AbortSignal | undefined;
    readonly onPage?: (eventIds: readonly string[]) => Promise<void>;
  },
): Promise<WrittenArchive> {
  const file = `${of.name}.jsonl.gz`;
  const path = join(to.folder, file);
  const unfinished = `${path}.part`;
  const hash = createHash("sha256");
  let [events, bytes] = [0, 0];

  async function* lines(): AsyncGenerator<string> {
    for await (const page of archivePages(to.store, of.events)) {
      of.signal?.throwIfAborted();
      events += page.eventIds.length;
      yield page.text;
      await of.onPage?.(page.eventIds);
    }
  }
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await mkdir(to.folder, { recursive: true, mode: FOLDER_MODE });
  // `flush`: it is on the disk before it is closed.
  const disk = createWriteStream(unfinished, { mode: FILE_MODE, flush: true });
  await pipeline(lines, createGzip(), counted, disk);
  await rename(unfinished, path);
  await syncFolder(to.folder);
  return { file, bytes, sha256: hash.digest("hex"), events };
}

/** The new name, too, must outlast a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
