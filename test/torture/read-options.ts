/** Reads what `npm run torture` is to do. */
import { parseArgs } from "node:util";
import type { DatabaseName } from "./database.ts";

export const USAGE = `Usage: npm run torture -- [--database sqlite|postgres|both] [--kills 300] [--nodes 1|3] [--seed N]

  --database NAME   under which database (both)
  --kills N         how many kills on each (300)
  --nodes N         servers on PostgreSQL (3); SQLite has one
  --clients N       who call all the time (24)
  --round N         kills between two audits (10)
  --seed N          choose the same moments and victims as an earlier run
`;

export interface Asked {
  readonly databases: readonly DatabaseName[];
  readonly kills: number;
  readonly nodes: number;
  readonly clients: number;
  readonly killsARound: number;
  readonly seed: number;
}

const DATABASES: Readonly<Record<string, readonly DatabaseName[]>> = {
  sqlite: ["sqlite"],
  postgres: ["postgres"],
  both: ["sqlite", "postgres"],
};

/** A text is what is wrong; "": only the usage is asked for. */
export function readOptions(args: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        database: { type: "string", default: "both" },
        kills: { type: "string", default: "300" },
        nodes: { type: "string", default: "3" },
        clients: { type: "string", default: "24" },
        round: { type: "string", default: "10" },
        seed: { type: "string", default: `${Date.now() % 1_000_000}` },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "";
    const databases = DATABASES[values.database];
    if (databases === undefined) return "--database is sqlite, postgres or both.";
    return {
      databases,
      kills: wholeNumber("kills", values.kills),
      nodes: wholeNumber("nodes", values.nodes),
      clients: wholeNumber("clients", values.clients),
      killsARound: wholeNumber("round", values.round),
      seed: wholeNumber("seed", values.seed),
    };
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is a whole number above 0.`);
}
