/** The node's own id: made once in its data directory, and made anew where the directory is a copy of another's. */
import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const FILE = "node-id";
const UUID = /^[0-9a-f-]{36}$/;

/**
 * Reads `<data directory>/node-id`, or makes it (mode 0600). The file names the machine and the place on its disk it was
 * made at: two nodes of one id would end each other's open calls, while a new id costs no more than 30 s of patience.
 */
export function readNodeId(dataDir: string): string {
  const path = join(dataDir, FILE);
  return readIfOwn(path) ?? make(path);
}

function readIfOwn(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return null;
    throw fault;
  }
  try {
    const [id = "", place] = readFileSync(file, "utf8").split("\n");
    return UUID.test(id) && place === placeOf(file) ? id : null;
  } finally {
    closeSync(file);
  }
}

/** Written beside and renamed, so that a kill leaves the old one or the new. */
function make(path: string): string {
  const id = randomUUID();
  const made = `${path}.new`;
  const file = openSync(made, "w", 0o600);
  try {
    writeSync(file, `${id}\n${placeOf(file)}\n`);
  } finally {
    closeSync(file);
  }
  renameSync(made, path);
  return id;
}

/** A copied file has another number on its disk, a copied disk is on another machine. */
function placeOf(file: number): string {
  return `${hostname()} ${fstatSync(file).ino}`;
}
