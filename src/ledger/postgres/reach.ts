/** How far a batch looks at the counters that all nodes need, and the fault that says that it must look further. */

/** How much a batch has locked of the counters that all nodes need. */
export type Reach =
  /** Its own node's rows. */
  | "own"
  /** Every node's rows. */
  | "all"
  /** Everything: no other batch runs, so such counters may be begun. */
  | "alone";

/** The rules asked for what this reach may not give. */
export class ReachTooShort extends Error {
  readonly needed: Reach;

  constructor(needed: Reach) {
    super(`This batch must look at counters of ${needed === "all" ? "all nodes" : "nobody yet"}.`);
    this.name = "ReachTooShort";
    this.needed = needed;
  }
}
