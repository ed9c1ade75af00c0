/** The database's door for everything but the ledger: reads by Kysely, writes as whole transactions. */
import type { Compilable, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Builds a query and runs nothing; `store.write` runs it. */
export type Statement = Compilable<unknown>;

export interface Store {
  /** Selects run on the read-only thread; anything else is refused. Integers come back as bigint. */
  readonly db: Kysely<Schema>;
  /**
   * Runs the statements in one transaction, all or none, and resolves once it is durable, with the rows that each
   * returned. Rejects with `UniqueViolation` where a unique index refused.
   */
  write(statements: readonly Statement[]): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

/** A unique index refused: what was to be made is there already. */
export class UniqueViolation extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UniqueViolation";
  }
}
