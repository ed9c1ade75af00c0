/** A data directory names its node: the same at every start, and another where it is a copy. */
import { cpSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNodeId } from "../../src/nodes/node-id.ts";
import { newDataDir } from "./two-nodes.ts";

test("it is made once, for this account alone, and found again at the next start", () => {
  const folder = newDataDir();
  const id = readNodeId(folder);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(readNodeId(folder)).toBe(id);
  expect(statSync(join(folder, "node-id")).mode & 0o777).toBe(0o600);
  expect(readNodeId(newDataDir())).not.toBe(id);
});

test("a copied directory is another node, and its original stays what it was", () => {
  const [folder, copy] = [newDataDir(), newDataDir()];
  const id = readNodeId(folder);
  cpSync(folder, copy, { recursive: true });
  const other = readNodeId(copy);
  expect(other).not.toBe(id);
  expect(readNodeId(copy)).toBe(other);
  expect(readNodeId(folder)).toBe(id);
});

test("so is one on another machine's disk, and a file that says nothing is made anew", () => {
  const folder = newDataDir();
  const file = join(folder, "node-id");
  const id = readNodeId(folder);
  const [, place = ""] = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, `${id}\nelsewhere ${place.split(" ")[1]}\n`);
  expect(readNodeId(folder)).not.toBe(id);
  writeFileSync(file, "");
  expect(readNodeId(folder)).toMatch(/^[0-9a-f-]{36}$/);
});
