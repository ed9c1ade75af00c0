/** What the rules asked for and a batch had not loaded. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { CounterKey } from "../rules/rows.ts";
import { subjectOf } from "../rules/subjects.ts";

interface WantedSeed {
  readonly key: CounterKey;
  readonly payer: { readonly customerId: CustomerId; readonly keyId?: KeyId };
}

export class Misses {
  readonly buckets = new Map<string, { readonly subject: string; readonly windowStart: Instant }>();
  readonly marks = new Map<string, { customerId: string; counterKey: string; cap: bigint }>();
  readonly customers = new Set<string>();
  readonly keys = new Set<string>();
  /** Plan versions by their ids. */
  readonly plans = new Set<number>();
  /** How many alerts want a number. */
  alerts = 0;
  private readonly seeds: WantedSeed[] = [];

  get isEmpty(): boolean {
    const { buckets, marks, customers, keys, plans, seeds, alerts } = this;
    const sets = [buckets, marks, customers, keys, plans];
    return sets.every(({ size }) => size === 0) && seeds.length === 0 && alerts === 0;
  }

  addSeed(key: CounterKey, payer: WantedSeed["payer"]): void {
    this.seeds.push({ key, payer });
  }

  seed(index: number): WantedSeed {
    const wanted = this.seeds[index];
    if (wanted === undefined) throw new Error("A seed that nobody asked for.");
    return wanted;
  }

  /**
   * As `purser_read_batch` takes them. `ownerOf`: the customer of a key; undefined: none, or not known yet.
   * A minute starts at nothing used: roll-ups are not fine enough for it.
   */
  request(ownerOf: (key: KeyId) => CustomerId | undefined): Readonly<Record<string, unknown>> {
    return {
      buckets: [...this.buckets.values()].map(({ subject, windowStart }) => ({
        subject,
        window_start: windowStart,
      })),
      seeds: this.seeds.map(({ key }, index) => ({
        index,
        subject: key.subject,
        window_start: key.windowStart,
        window_end: key.windowEnd,
        per: key.per,
        meter: key.meter,
        provider: key.provider,
        model: key.model,
        operation: key.operation,
        ...whose(key, ownerOf),
        by_period: key.per === "period" && subjectOf(key.subject).kind !== "deployment",
      })),
      marks: [...this.marks.values()].map((of) => ({
        customer_id: of.customerId,
        counter_key: of.counterKey,
        cap: of.cap.toString(),
      })),
      customers: [...this.customers],
      keys: [...this.keys],
      alerts: this.alerts,
    };
  }
}

function whose(
  key: CounterKey,
  ownerOf: (id: KeyId) => CustomerId | undefined,
): { customer_id: string | null; key_id: string | null } {
  const subject = subjectOf(key.subject);
  if (subject.kind === "deployment") return { customer_id: null, key_id: null };
  if (subject.kind === "customer") return { customer_id: subject.id, key_id: null };
  return { customer_id: ownerOf(subject.id) ?? null, key_id: subject.id };
}
