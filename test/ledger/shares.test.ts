/** Shares of a counter that all nodes need: no order of grants, ends and stale views gives out more than the cap. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import {
  divide,
  fitsInShare,
  ownChange,
  type Share,
  type ShareChange,
  type SharedCounter,
  visibleCounter,
} from "../../src/ledger/postgres/shares.ts";
import type { CounterKey } from "../../src/ledger/rules/rows.ts";

const CAP = 100n;
const KEY: CounterKey = {
  subject: "deployment",
  per: "month",
  windowStart: instant(0),
  windowEnd: instant(1_000),
  meter: "calls",
  provider: "*",
  model: "*",
  operation: "*",
};

/** The rows as committed, and for each node what it last saw of the others: any earlier state will do. */
class Rows {
  shares = new Map<string, Share>();
  private readonly past: Map<string, Share>[] = [];

  /** Own row as it is (it is locked); the others as they were some commits ago. */
  seenBy(nodeId: string, commitsAgo: number): SharedCounter {
    const stale = this.past[this.past.length - commitsAgo] ?? this.shares;
    const own = this.shares.get(nodeId);
    const others = [...stale.values()].filter((share) => share.nodeId !== nodeId);
    return this.counter(own === undefined ? others : [...others, own]);
  }

  whole(): SharedCounter {
    return this.counter([...this.shares.values()]);
  }

  commit(changes: readonly ShareChange[]): void {
    this.past.push(new Map(this.shares));
    for (const { nodeId, used, held, quota, epoch } of changes) {
      const before = this.shares.get(nodeId) ?? { used: 0n, held: 0n, quota: null, epoch: null };
      this.shares.set(nodeId, {
        nodeId,
        used: before.used + used,
        held: before.held + held,
        quota: quota ?? before.quota,
        epoch: epoch ?? before.epoch,
      });
    }
    // All rows locked means that nobody's view is older than this.
    if (changes.length > 1 || changes[0]?.quota !== null) this.past.length = 0;
  }

  taken(): bigint {
    return [...this.shares.values()].reduce((sum, { used, held }) => sum + used + held, 0n);
  }

  private counter(shares: readonly Share[]): SharedCounter {
    return { key: KEY, shares, hardCap: CAP, epoch: 1n };
  }
}

const NODES = ["a", "b", "c", "d"];

const step = fc.record({
  node: fc.constantFrom(...NODES),
  /** What a call holds, and what it then uses: often less, sometimes far more. */
  held: fc.bigInt(1n, 20n),
  used: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0n) },
    { weight: 1, arbitrary: fc.bigInt(1n, 60n) },
  ),
  ends: fc.boolean(),
  commitsAgo: fc.nat(6),
  dead: fc.constantFrom("", ...NODES),
});

test("every grant fits under the cap, and a refusal is one that nobody's rows have room for", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
      const rows = new Rows();
      const open: bigint[] = [];
      for (const { node, held, used, ends, commitsAgo, dead } of steps) {
        const live = NODES.filter((name) => name !== dead);
        const end = ends ? open.shift() : undefined;
        if (end !== undefined) {
          post(rows, node, { used, held: -end }, { commitsAgo, live });
        } else if (grant(rows, node, held, { commitsAgo, live })) {
          open.push(held);
          expect(rows.taken()).toBeLessThanOrEqual(CAP);
        } else {
          expect(rows.taken() + held).toBeGreaterThan(CAP);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

interface Seen {
  readonly commitsAgo: number;
  readonly live: readonly string[];
}

/** As a batch does it: its own share first, all rows before it refuses. */
function grant(rows: Rows, node: string, held: bigint, { commitsAgo, live }: Seen): boolean {
  const change = { used: 0n, held };
  const seen = rows.seenBy(node, commitsAgo);
  if (fits(visibleCounter(seen, node, false), held) && fitsInShare(seen, node, change)) {
    rows.commit([ownChange(seen, node, change)]);
    return true;
  }
  const whole = rows.whole();
  const isGranted = fits(visibleCounter(whole, node, true), held);
  rows.commit(divide(whole, node, isGranted ? change : { used: 0n, held: 0n }, live));
  return isGranted;
}

/** What was used is counted in any case; only where is the question. */
function post(
  rows: Rows,
  node: string,
  change: { used: bigint; held: bigint },
  { commitsAgo, live }: Seen,
): void {
  const seen = rows.seenBy(node, commitsAgo);
  if (fitsInShare(seen, node, change)) rows.commit([ownChange(seen, node, change)]);
  else rows.commit(divide(rows.whole(), node, change, live));
}

function fits(visible: { used: bigint; held: bigint }, more: bigint): boolean {
  return visible.used + visible.held + more <= CAP;
}

test("a share of other limits than today's gives nothing away", () => {
  const shares: Share[] = [{ nodeId: "a", used: 0n, held: 0n, quota: 50n, epoch: 1n }];
  const counter: SharedCounter = { key: KEY, shares, hardCap: CAP, epoch: 2n };
  expect(fitsInShare(counter, "a", { used: 0n, held: 1n })).toBe(false);
  const [divided] = divide(counter, "a", { used: 0n, held: 1n }, []);
  expect(divided).toMatchObject({ quota: CAP, epoch: 2n });
});

test("a dead node's share is taken back by the next that needs it", () => {
  const shares: Share[] = [
    { nodeId: "a", used: 10n, held: 0n, quota: 10n, epoch: 1n },
    { nodeId: "dead", used: 5n, held: 3n, quota: 90n, epoch: 1n },
  ];
  const counter: SharedCounter = { key: KEY, shares, hardCap: CAP, epoch: 1n };
  const changes = divide(counter, "a", { used: 0n, held: 2n }, ["a"]);
  expect(changes.map(({ nodeId, quota }) => [nodeId, quota])).toEqual([
    ["a", 92n],
    ["dead", 8n],
  ]);
});

test("what one node is past its share, no other may give away, however old its view of the third", () => {
  const shares: Share[] = [
    { nodeId: "past", used: 65n, held: 0n, quota: 60n, epoch: 1n },
    { nodeId: "b", used: 0n, held: 10n, quota: 20n, epoch: 1n },
    { nodeId: "c", used: 0n, held: 10n, quota: 20n, epoch: 1n },
  ];
  const counter: SharedCounter = { key: KEY, shares, hardCap: CAP, epoch: 1n };
  for (const node of ["b", "c"]) {
    expect(fitsInShare(counter, node, { used: 0n, held: 5n })).toBe(true);
    expect(fitsInShare(counter, node, { used: 0n, held: 6n })).toBe(false);
    const { used, held } = visibleCounter(counter, node, false);
    expect(used + held).toBe(CAP - 5n);
  }
});
