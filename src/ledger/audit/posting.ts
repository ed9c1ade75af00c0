/** One row of the log as what it adds, and where: an event, a correction of it, or a closed month's balance. */
import type { CustomerId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Amounts } from "../../core/usage.ts";
import type { RollupSum } from "../derived-sum.ts";

export interface Placed {
  readonly customerId: CustomerId;
  /** Empty where no key was used. */
  readonly keyId: string;
  readonly at: Instant;
  readonly periodStart: Instant;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
}

export interface Posting extends Placed {
  readonly outcome: "success" | "failed";
  readonly sums: Readonly<Record<RollupSum, bigint>>;
  /** Its row's number. A balance stands for events that are older than any cut. */
  readonly from:
    | { readonly kind: "event"; readonly seq: bigint }
    | { readonly kind: "correction"; readonly seq: bigint; readonly id: bigint }
    | { readonly kind: "balance" };
}

/** A pending hold as what it holds. */
export interface HeldPosting extends Placed {
  readonly held: Amounts;
}

/**
 * How far the log had been written at the moment that a sum was read. The log only grows, in the order of these numbers,
 * so a sum can be compared with exactly the rows that it was made of, although calls go on.
 */
export interface Cut {
  /** The last event. */
  readonly seq: bigint;
  /** The last correction. */
  readonly correction: bigint;
}

export function isBefore(cut: Cut, { from }: Posting): boolean {
  if (from.kind === "balance") return true;
  return from.seq <= cut.seq && (from.kind === "event" || from.id <= cut.correction);
}
