/** Counter rows of the database as the rules know them: those of one row, and those with a row for each node. */
import type { KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { counterFrom, whole } from "../read-rows.ts";
import type { CounterKey, CounterRow, KeyTerms } from "../rules/rows.ts";
import { subjectOf } from "../rules/subjects.ts";
import { counterWords, looksAt } from "../rules/which-counter.ts";
import type { OpenedBatch } from "./batch-rows.ts";
import { type JsonRow, sqlRow } from "./json-rows.ts";
import type { Share, SharedCounter } from "./shares.ts";

/** A counter of one row, with its number. */
export interface LoadedCounter extends CounterRow {
  readonly id: bigint;
}

export function bucketKey(subject: string, windowStart: Instant): string {
  return `${subject} ${windowStart}`;
}

interface LimitsInForce {
  readonly deployment: readonly Limit[];
  readonly key: (id: KeyId) => KeyTerms | undefined;
  readonly epochs: OpenedBatch["epochs"];
}

export function loadedCounters(
  rows: readonly JsonRow[],
  inForce: LimitsInForce,
): { plain: LoadedCounter[]; shared: SharedCounter[] } {
  const plain: LoadedCounter[] = [];
  const shares = new Map<string, { key: CounterKey; shares: Share[] }>();
  for (const json of rows) {
    const row = sqlRow(json);
    const { used, held, ...key } = counterFrom(row);
    const nodeId = String(row["node_id"]);
    if (nodeId === "") {
      plain.push({ ...key, used, held, id: whole(row, "id") });
      continue;
    }
    const of = shares.get(counterWords(key)) ?? { key, shares: [] };
    const [quota, epoch] = [wholeOrNull(row["quota"]), wholeOrNull(row["epoch"])];
    of.shares.push({ nodeId, used, held, quota, epoch });
    shares.set(counterWords(key), of);
  }
  const shared = [...shares.values()].map((of) => ({ ...of, ...capOf(of.key, inForce) }));
  return { plain, shared };
}

/** The lowest hard cap that watches a counter, and the version of the limits that say so. */
export function capOf(
  key: CounterKey,
  inForce: LimitsInForce,
): Pick<SharedCounter, "hardCap" | "epoch"> {
  const subject = subjectOf(key.subject);
  const isKey = subject.kind === "key";
  const limits = isKey ? (inForce.key(subject.id)?.limits ?? []) : inForce.deployment;
  const epoch = BigInt((isKey ? inForce.epochs?.keys : inForce.epochs?.settings) ?? 0);
  let hardCap: bigint | null = null;
  for (const limit of limits) {
    if (limit.atCap !== "deny" || limit.cap.kind === "unlimited" || !looksAt(limit, key)) continue;
    if (hardCap === null || limit.cap.amount < hardCap) hardCap = limit.cap.amount;
  }
  return { hardCap, epoch };
}

function wholeOrNull(value: unknown): bigint | null {
  return typeof value === "bigint" ? value : null;
}
