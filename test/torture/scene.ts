/** What a run is made of: the servers, the clients' way to them, and the journal of what they saw. */
import type { Asker } from "./ask.ts";
import type { TortureDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";
import type { TortureNode } from "./node-process.ts";

export interface Scene {
  readonly database: TortureDatabase;
  readonly nodes: readonly TortureNode[];
  readonly asker: Asker;
  readonly journal: Journal;
  readonly adminKey: string;
  /** The customers who are running out at the moment. */
  readonly scarce: { tight: string; penny: string };
  /** All who were running out since the last audit. */
  readonly scarceOfRound: string[];
  /** Where a client calls next: any server, also one that is down just now. */
  someUrl(): string;
}

/** Not once a violation is found and no server lives: then nobody will answer, and the run is over. */
export function isWorthAsking({ journal, nodes }: Scene): boolean {
  return journal.violations.length === 0 || nodes.some(({ isUp }) => isUp);
}
