/** Checks of what Purser was set up with: its plans, its prices and its credentials. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { logPage } from "../../api/contract/usage-logs.ts";
import type { AdminDoor } from "../../client/admin-door.ts";
import { readPlanFile } from "../../core/plans/read-plan-file.ts";
import { DIALECTS } from "../../providers/all.ts";
import type { Dialect } from "../../providers/dialect.ts";
import type { Config } from "../../server/config.ts";
import { describeDatabase } from "../../server/describe-database.ts";
import { clientThrough } from "../command.ts";
import { describeFault } from "../failure.ts";
import type { Check } from "./check.ts";

/** Models that most applications begin with; if one of these has no price, the price book is broken. */
const MAIN_MODELS: Readonly<Record<string, readonly string[]>> = {
  openai: ["gpt-4o-mini", "gpt-5-mini"],
  anthropic: ["claude-haiku-4-5", "claude-sonnet-5"],
  gemini: ["gemini-2.5-flash"],
  mistral: ["mistral-small-latest"],
};

const ANYTHING = { method: "GET", headers: {}, signal: new AbortController().signal } as const;

export async function checkReady(door: AdminDoor, config: Config): Promise<Check> {
  const name = "database";
  const { status } = await door.send({ ...ANYTHING, path: "/readyz" });
  const which = describeDatabase(config);
  const sound = `${which}: it opens, and its tables are current`;
  if (status === 200) return { name, state: "ok", found: sound };
  const mend = "Run `purser migrate`; if that does not help, look into the server's log.";
  return { name, state: "failed", found: `${which} is not ready (${status})`, mend };
}

/** Nodes that share a database must share its secret, and one that lies in a data directory is easily left behind. */
export function checkSharedSecret(config: Config): Check | null {
  if (config.databaseUrl === null || config.secret !== null) return null;
  const made = join(config.dataDir, "secret");
  const which = existsSync(made) ? `to what the file ${made} says` : "the same on all";
  return {
    name: "shared secret",
    state: "warning",
    found: "PURSER_SECRET is not set, so no other node can read this database's customers",
    mend: `Set PURSER_SECRET on every node, ${which}.`,
  };
}

/** Can the plan file be read at all? */
export function checkPlanFile(path: string): Check {
  const name = "plans";
  try {
    const plans = readPlanFile(readFileSync(path, "utf8"));
    return { name, state: "ok", found: `${plans.length} in ${path}` };
  } catch (fault) {
    const { message } = describeFault(fault);
    const mend = "Mend that line of the file; its form is in docs/limits.md.";
    return { name, state: "failed", found: `${path}: ${message}`, mend };
  }
}

/** Is the plan file what is in force? */
export async function checkPlans(door: AdminDoor, { plansFile }: Config): Promise<Check> {
  const name = "plans";
  const { changes } = await clientThrough(door).admin.applyPlans({
    plans: readFileSync(plansFile, "utf8"),
    dry_run: true,
  });
  if (changes.length === 0) return { name, state: "ok", found: `as in ${plansFile}` };
  const found = `${plansFile} differs from the plans in force`;
  const mend = "See `purser plans diff`; `purser plans apply` puts the file in force.";
  return { name, state: "warning", found, mend };
}

export async function checkPrices(door: AdminDoor): Promise<Check> {
  const name = "prices";
  const missing: string[] = [];
  let known = 0;
  for (const [provider, models] of Object.entries(MAIN_MODELS)) {
    const list = await clientThrough(door).pricing({ provider });
    const names = list.pricing.map(({ model_name }) => model_name);
    known += names.length;
    missing.push(...models.filter((model) => !names.some((name) => sameModel(name, model))));
  }
  if (missing.length === 0) return { name, state: "ok", found: `${known} models have a price` };
  const found = `no price for ${missing.join(", ")}`;
  const mend = "Run `npm ci` again: the price catalogue is part of it.";
  return { name, state: "failed", found, mend };
}

/** The book may list `mistral-small` for `mistral-small-latest`. */
function sameModel(listed: string, wanted: string): boolean {
  return listed === wanted || listed === wanted.replace(/-latest$/, "");
}

/** An operator need not use every provider, but with no credential at all no call can be made. */
export function checkCredentials(config: Config): Check {
  const name = "credentials";
  const has = ({ provider }: Dialect): boolean =>
    (config.upstreams[provider]?.credential ?? null) !== null;
  const present = DIALECTS.filter(has).map(({ provider }) => provider);
  if (present.length > 0) return { name, state: "ok", found: `for ${present.join(", ")}` };
  const settings = DIALECTS.map(({ credentialSetting }) => credentialSetting);
  const found = "no provider has one, so no call can be made";
  return { name, state: "failed", found, mend: `Set one of ${settings.join(", ")}.` };
}

/** When the newest usage event happened, in milliseconds since 1970; null where there is none. */
export async function newestEvent(door: AdminDoor): Promise<number | null> {
  const path = "/api/subscription/usage-logs?limit=1";
  const answer = await door.send({ ...ANYTHING, path });
  const list = answer.ok ? logPage.safeParse(await answer.json()) : null;
  const newest = list?.success ? list.data.logs[0] : undefined;
  return newest === undefined ? null : Date.parse(newest.timestamp);
}
