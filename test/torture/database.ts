/** The database under the servers: how it is started, killed, read and audited, whichever it is. */
import type { Difference } from "../../src/ledger/audit/audit.ts";

export type DatabaseName = "sqlite" | "postgres";

/** Whole numbers as bigint or text, whichever the database gives: readers turn them into what they need. */
export type Row = Readonly<Record<string, unknown>>;

export interface TortureDatabase {
  readonly name: DatabaseName;
  /** What a node's environment gets beside the settings that all have. */
  settingsOf(node: { readonly dataDir: string }): Readonly<Record<string, string>>;
  /** Kills its process, starts it again, and resolves once it answers; null: it lives inside the server. */
  readonly killAndRestart: (() => Promise<void>) | null;
  /** Is it away at the moment, or was it in the last seconds? Then a server may fail to start. */
  wasAwayLately(): boolean;
  /** Runs one select; also while servers run. */
  read(sql: string): Promise<readonly Row[]>;
  /** The ledger's own audit, and the database's own check of its files. No server may run on SQLite. */
  audit(): Promise<readonly Difference[]>;
  close(): Promise<void>;
}
