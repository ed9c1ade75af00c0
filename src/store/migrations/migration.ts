/** A step of the schema, and what a program says of a database that knows more steps than it does. */
import { AppError } from "../../core/errors.ts";

export interface Migration {
  /** 1, 2, 3 …, the number in its file's name; the same on both databases. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export type SchemaState =
  | { readonly kind: "current"; readonly version: number }
  | { readonly kind: "behind"; readonly version: number; readonly latest: number }
  /** Made by a newer program: this one must not touch it. */
  | { readonly kind: "newer"; readonly version: number; readonly latest: number };

/** What a database at `version` is to a program that knows `latest`. */
export function stateOf(version: number, latest: number): SchemaState {
  if (version > latest) return { kind: "newer", version, latest };
  return version < latest ? { kind: "behind", version, latest } : { kind: "current", version };
}

/** Throws `conflict` for a database that a newer Purser made. */
export function refuseNewer(state: SchemaState): void {
  if (state.kind !== "newer") return;
  throw new AppError(
    "conflict",
    `The database has schema ${state.version}; this Purser knows ${state.latest}. Start the newer Purser that made it, or restore a backup.`,
    { version: state.version, latest: state.latest },
  );
}

/** How the log of migrations and the commands name one: `0003-objects`. */
export function titleOf({ version, name }: Migration): string {
  return `${String(version).padStart(4, "0")}-${name}`;
}
