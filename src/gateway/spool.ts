/** Keeps a large body as it came: a small one in memory, a larger one in a file that has no name any more. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

const MEMORY_BYTES_MOST = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Write all of it, then read it as often as wanted; `close` it in any case. */
export class Spool {
  bytes = 0;
  #pieces: Uint8Array[] = [];
  #file: FileHandle | null = null;

  async write(piece: Uint8Array): Promise<void> {
    this.bytes += piece.length;
    this.#pieces.push(piece);
    if (this.bytes <= MEMORY_BYTES_MOST) return;
    this.#file ??= await openNameless();
    await this.#file.writev(this.#pieces);
    this.#pieces = [];
  }

  /** From the first byte on. */
  open(): Uint8Array | Readable {
    if (this.#file === null) return Buffer.concat(this.#pieces);
    // Not the file's own stream: that closes the file when its reader ends early, and another attempt needs it.
    return Readable.from(piecesOf(this.#file, this.bytes), { objectMode: false });
  }

  /** Waits for what still reads. */
  async close(): Promise<void> {
    this.#pieces = [];
    await this.#file?.close();
  }
}

/** Unlinked as soon as it is open, so that it is gone with its last reader, even one that was killed. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `purser-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

async function* piecesOf(file: FileHandle, bytes: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < bytes; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, bytes - position));
    const { bytesRead } = await file.read({ buffer: piece, position });
    if (bytesRead === 0) throw new Error("A kept body is shorter than it was.");
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
