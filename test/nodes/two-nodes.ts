/** Nodes of one database for tests: each a whole Purser in this process, with a data directory of its own. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { openPurser, type Purser } from "../../src/server/open-purser.ts";

/** What all nodes of an installation share. */
export function installationOn(databaseUrl: string) {
  return {
    PURSER_DATABASE_URL: databaseUrl,
    PURSER_SECRET: randomBytes(32).toString("hex"),
    PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
    PURSER_PORT: "0",
    PURSER_LOG_LEVEL: "silent",
  };
}

/** The settings but for one, which is left to Purser. */
export function without(
  settings: Readonly<Record<string, string>>,
  setting: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== setting));
}

/** A data directory that is gone after the test. */
export function newDataDir(): string {
  const path = mkdtempSync(join(tmpdir(), "purser-node-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Opens a node, which is closed after the test if it is not before. */
export async function openNode(settings: Readonly<Record<string, string>>): Promise<Purser> {
  const config = readConfig({ PURSER_DATA_DIR: newDataDir(), ...settings });
  const purser = await openPurser(config);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= purser.close();
    return closing;
  };
  onTestFinished(close);
  return { ...purser, close };
}
