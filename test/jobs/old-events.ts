/** A ledger whose customers used it in earlier months, and how old months leave its database. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { detachMonth } from "../../src/ledger/postgres/detach-month.ts";
import type { Months } from "../../src/retention/months.ts";
import { monthsOnPostgres } from "../../src/retention/months-on-postgres.ts";
import { monthsOnSqlite } from "../../src/retention/months-on-sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  openTestLedger,
  plan,
  recordOf,
  type TestLedger,
} from "../ledger/support.ts";
import { IS_POSTGRES, temporaryFolder } from "../ledger/test-database.ts";

export const JANUARY = instant(Date.UTC(2026, 0, 1));
export const FEBRUARY = instant(Date.UTC(2026, 1, 1));
export const MARCH = instant(Date.UTC(2026, 2, 1));

export interface OldEvents {
  readonly opened: TestLedger;
  readonly customers: readonly CustomerId[];
  /** Of each month, by its start. */
  readonly ids: ReadonlyMap<Instant, readonly CallId[]>;
  readonly folder: string;
  months(): Months;
  remove(): Promise<void>;
}

/** Three customers; every fourth event is corrected, every fifth failed, with words and tags. */
export async function openOldEvents({ each = 12 } = {}): Promise<OldEvents> {
  const opened = await openTestLedger();
  const folder = temporaryFolder();
  const { store } = opened;
  const value = '[{"meter":"tokens","max":1000000000}]';
  await store.write([store.db.insertInto("meta").values({ name: "deployment_limits", value })]);
  const limits = [
    limit({ cap: 10n ** 6n }),
    limit({ meter: "cost", per: "month", cap: 10n ** 15n }),
  ];
  const planVersionId = await addPlan(store, plan("pro", limits));
  const customers: CustomerId[] = [];
  const ids = new Map<Instant, readonly CallId[]>();
  for (let n = 0; n < 3; n += 1) {
    const anchor = instant(Date.UTC(2025, 10, n === 0 ? 15 : 1, 9, 30));
    const customer = await addCustomer(store, { planVersionId, anchor });
    customers.push(customer);
    for (const month of [JANUARY, FEBRUARY, MARCH]) {
      const used = await use(opened, customer, { month, each });
      ids.set(month, [...(ids.get(month) ?? []), ...used]);
    }
  }
  return {
    opened,
    customers,
    ids,
    folder: folder.path,
    months: () => monthsOf(opened.store, opened.address, folder.path),
    async remove() {
      await opened.remove();
      folder.remove();
    },
  };
}

export function monthsOf(store: Store, address: string, folder: string): Months {
  if (!IS_POSTGRES) return monthsOnSqlite({ store, folder });
  const detach = (asked: Parameters<typeof detachMonth>[1]) =>
    detachMonth({ store, url: address }, asked);
  return monthsOnPostgres({ store, folder, detach });
}

async function use(
  opened: TestLedger,
  customerId: CustomerId,
  { month, each }: { month: Instant; each: number },
): Promise<CallId[]> {
  const keyId = await addKey(opened.store, customerId, [limit({ cap: 10n ** 6n })]);
  const stepMs = Math.floor((27 * 86_400_000) / each);
  const told = await Promise.all(
    Array.from({ length: each }, (_, n) =>
      opened.ledger.record(
        recordOf(customerId, {
          payer: n % 2 === 0 ? { customerId } : { customerId, keyId },
          sourceId: `${month}-${n}`,
          timestamp: instant(month + n * stepMs),
          facts:
            n % 5 === 4
              ? factsOf({
                  statusCode: 500,
                  calls: 0,
                  errorMessage: "ada@example.com",
                  tags: { of: "ada" },
                })
              : factsOf(),
        }),
      ),
    ),
  );
  const made = told.map(({ event }) => event.id);
  const corrected = made.filter((_id, n) => n % 4 === 0);
  await Promise.all(corrected.map((eventId) => opened.ledger.correct(refundOf(eventId))));
  return made;
}

export function refundOf(eventId: CallId, sourceId = "r1") {
  return {
    kind: "correct" as const,
    eventId,
    reason: "refund",
    sourceId,
    usageDelta: { output: -20 },
    costDelta: -400_000n,
  };
}

export interface ArchivedEvent {
  readonly id: string;
  readonly seq: number;
  readonly cost_usd: string;
  readonly corrections: readonly { readonly cost_usd: string }[];
}

/** What an archive's file holds, once its hash and its length are those that were noted. */
export async function readArchive(
  { opened, folder }: Pick<OldEvents, "opened" | "folder">,
  month: string,
): Promise<ArchivedEvent[]> {
  const row = await opened.store.db
    .selectFrom("archives")
    .selectAll()
    .where("month", "=", month)
    .executeTakeFirstOrThrow();
  const bytes = readFileSync(join(folder, row.file));
  const found = {
    bytes: BigInt(bytes.length),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
  if (found.bytes !== row.bytes || found.sha256 !== row.sha256) {
    throw new Error(`${row.file} is not what was noted of it.`);
  }
  const lines = gunzipSync(bytes).toString().trimEnd().split("\n");
  if (BigInt(lines.length) !== row.events) throw new Error("It does not hold what was counted.");
  return lines.map((line) => JSON.parse(line));
}

export function isThere(folder: string, file: string): boolean {
  return existsSync(join(folder, file));
}

/** Does it as soon as that is seen. */
export async function whenSeen(
  isSeen: () => boolean | Promise<boolean>,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!(await isSeen())) await sleep(0);
  await work();
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map(({ id }) => id).sort();
}
