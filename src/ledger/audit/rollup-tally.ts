/** Adds up, beside each roll-up row of one table, what the log says that it should be. */
import { DAY_MS, HOUR_MS, type Instant } from "../../core/instant.ts";
import {
  ROLLUP_SUMS,
  type RollupKey,
  type RollupSum,
  type RollupTableName,
  rollupWords,
} from "../derived-sum.ts";
import { type Difference, differenceOf } from "./difference.ts";
import { type Cut, isBefore, type Posting } from "./posting.ts";
import type { ReadRollup } from "./read-rollups.ts";

type Sums = Record<RollupSum, bigint>;

/** What the log says of one row. */
export interface ReckonedRollup {
  readonly key: RollupKey;
  readonly sums: Readonly<Sums>;
}

interface Cell {
  readonly key: RollupKey;
  readonly cut: Cut;
  /** Absent: there is no such row. */
  readonly found?: Readonly<Sums>;
  readonly expected: Sums;
}

/** Where the row starts that a posting counts in. */
const START_OF: Readonly<Record<RollupTableName, (posting: Posting) => Instant>> = {
  rollups_hour: ({ at }) => (at - (at % HOUR_MS)) as Instant,
  rollups_day: ({ at }) => (at - (at % DAY_MS)) as Instant,
  rollups_period: ({ periodStart }) => periodStart,
};

export class RollupTally {
  private readonly table: RollupTableName;
  /** Of a moment before any row was read: what was in the log by then must have its row. */
  private readonly cutBefore: Cut;
  private readonly cells = new Map<string, Cell>();

  constructor(table: RollupTableName, cutBefore: Cut) {
    this.table = table;
    this.cutBefore = cutBefore;
  }

  get size(): number {
    return this.cells.size;
  }

  add(rows: readonly ReadRollup[]): void {
    for (const { key, sums: found, cut } of rows) {
      this.cells.set(rollupWords(key), { key, cut, found, expected: noSums() });
    }
  }

  post(posting: Posting): void {
    const key = keyOf(posting, START_OF[this.table](posting));
    const words = rollupWords(key);
    const known = this.cells.get(words);
    const cell = known ?? { key, cut: this.cutBefore, expected: noSums() };
    if (!isBefore(cell.cut, posting)) return;
    if (known === undefined) this.cells.set(words, cell);
    for (const sum of ROLLUP_SUMS) cell.expected[sum] += posting.sums[sum];
  }

  /** Each row as the log says it. */
  rows(): ReckonedRollup[] {
    return [...this.cells.values()].map(({ key, expected: sums }) => ({ key, sums }));
  }

  differences(): Difference[] {
    const differences: Difference[] = [];
    for (const { key, found, expected } of this.cells.values()) {
      for (const sum of ROLLUP_SUMS) {
        const [is, shouldBe] = [found?.[sum] ?? 0n, expected[sum]];
        // Nearly all are right, and there are many.
        if (is === shouldBe) continue;
        differences.push(...differenceOf({ table: this.table, key, sum }, is, shouldBe));
      }
    }
    return differences;
  }
}

function keyOf(posting: Posting, startsAt: Instant): RollupKey {
  const { customerId, periodStart, provider, model, operation, keyId, outcome } = posting;
  return { customerId, periodStart, startsAt, provider, model, operation, keyId, outcome };
}

function noSums(): Sums {
  const sums: Partial<Sums> = {};
  for (const sum of ROLLUP_SUMS) sums[sum] = 0n;
  return sums as Sums;
}
