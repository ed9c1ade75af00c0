/** What a node keeps between batches, because it never changes or only grows: plans, which counters exist, marks. */
import { LRUCache } from "lru-cache";
import type { PlanVersion } from "../../core/plans/plan.ts";

const COUNTERS_MOST = 200_000;
const MARKS_MOST = 50_000;

export class Known {
  /** By version id: a version never changes. */
  readonly plans = new Map<number, PlanVersion>();
  /** Counters that are in the table: nothing need be looked up to begin them. */
  readonly counters = new LRUCache<string, true>({ max: COUNTERS_MOST });
  /** Thresholds known to have had their alert. One that another node wrote meanwhile shows as a violation of the key. */
  readonly marks = new LRUCache<string, readonly number[]>({ max: MARKS_MOST });
  /** The last look at all shares found a counter used up: the next batch looks at all of them at once. */
  isUsedUp: boolean = false;

  /** Another node has written what we thought we knew. */
  forget(): void {
    this.counters.clear();
    this.marks.clear();
  }
}
