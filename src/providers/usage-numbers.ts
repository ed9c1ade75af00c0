/** Takes numbers out of a provider's usage object, and believes none that cannot be a usage. */
import { type Bucket, isQuantity, type Usage, usageOf } from "../core/usage.ts";
import type { UsageReading } from "./dialect.ts";
import { isObject, type JsonObject } from "./read-json.ts";

const PROBLEMS_MOST = 20;

/** Words for what was odd; bounded, since a broken provider can be odd in every event. */
export class Problems {
  readonly list: string[] = [];
  totalDisagrees: boolean = false;

  add(words: string): void {
    if (this.list.length < PROBLEMS_MOST && !this.list.includes(words)) this.list.push(words);
  }

  /** As a reading says it. */
  told(): Pick<UsageReading, "problems" | "totalDisagrees"> {
    return { problems: this.list, ...(this.totalDisagrees ? { totalDisagrees: true } : {}) };
  }
}

/** One usage object being read. `broken`: a number the rest stands on cannot be believed. */
export class UsageNumbers {
  broken: boolean = false;
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** A total. 0 where it is absent or null; one that cannot be a quantity breaks the whole reading. */
  total(from: JsonObject, key: string): number {
    const value = from[key] ?? 0;
    if (isQuantity(value)) return value;
    this.#problems.add(
      `${key} is ${shown(value)}, which cannot be a usage; none of it is believed.`,
    );
    this.broken = true;
    return 0;
  }

  /** A length of time, whole seconds: a fraction begun is a second. */
  seconds(from: unknown, key: string): number {
    const value = isObject(from) ? from[key] : undefined;
    const whole = typeof value === "number" && value > 0 ? Math.ceil(value) : value;
    return this.part({ [key]: whole }, key);
  }

  /** A part of a total. One that cannot be a quantity is left in its total, where it is priced as the rest. */
  part(from: unknown, key: string): number {
    const value = (isObject(from) ? from[key] : undefined) ?? 0;
    if (isQuantity(value)) return value;
    this.#problems.add(`${key} is ${shown(value)}, which cannot be a usage; it is ignored.`);
    return 0;
  }

  /**
   * Splits a total into disjoint parts and the rest. Parts that are more than the total are cut down to it, in the
   * order given, so that the sum stays what the provider bills.
   */
  split(total: number, parts: readonly (readonly [Bucket, number])[], rest: Bucket): Usage {
    const buckets: Partial<Record<Bucket, number>> = {};
    let left = total;
    for (const [bucket, wanted] of parts) {
      const granted = Math.min(wanted, left);
      if (granted < wanted) {
        this.#problems.add(
          `The parts of ${rest} are more than its total of ${total}; they are cut down to it.`,
        );
      }
      buckets[bucket] = (buckets[bucket] ?? 0) + granted;
      left -= granted;
    }
    buckets[rest] = (buckets[rest] ?? 0) + left;
    return usageOf(buckets);
  }

  /** The provider's own sum, where it gives one, must be ours; it is a check only and never billed. */
  checkSum(from: JsonObject, key: string, ours: number): void {
    const stated = from[key];
    if (this.broken || stated === undefined || stated === null || stated === ours) return;
    this.#problems.add(`${key} is ${shown(stated)}, but the parts add up to ${ours}.`);
    this.#problems.totalDisagrees = true;
  }
}

function shown(value: unknown): string {
  const text = String(typeof value === "object" ? JSON.stringify(value) : value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Adds up usages whose buckets are disjoint. */
export function addUsage(...usages: readonly Usage[]): Usage {
  const sum: Partial<Record<Bucket, number>> = {};
  for (const usage of usages) {
    for (const [bucket, quantity] of Object.entries(usage) as [Bucket, number][]) {
      sum[bucket] = (sum[bucket] ?? 0) + quantity;
    }
  }
  return usageOf(sum);
}
