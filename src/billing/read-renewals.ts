/** A customer's renewal history: one row for each period that a subscription began, newest first. */
import type { CustomerId } from "../core/ids.ts";
import { formatInstant, instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import { planFromJson } from "../core/plans/plan-json.ts";
import type { Store } from "../store/store.ts";

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export async function readRenewals({ db }: Store, customerId: CustomerId, page: Page) {
  const [rows, counted] = await Promise.all([
    selectRenewals(db, customerId).limit(page.limit).offset(page.offset).execute(),
    db
      .selectFrom("renewals")
      .select(({ fn }) => fn.countAll<bigint>().as("count"))
      .where("customer_id", "=", customerId)
      .executeTakeFirst(),
  ]);
  const total = Number(counted?.count ?? 0);
  return {
    renewals: rows.map(shown),
    total_count: total,
    ...page,
    has_more: page.offset + rows.length < total,
  };
}

function selectRenewals(db: Store["db"], customerId: CustomerId) {
  return db
    .selectFrom("renewals as r")
    .innerJoin("plan_versions as own", "own.id", "r.plan_version_id")
    .leftJoin("plan_versions as previous", "previous.id", "r.previous_plan_version_id")
    .selectAll("r")
    .select(["own.definition", "previous.definition as previous_definition"])
    .where("r.customer_id", "=", customerId)
    .orderBy("r.id", "desc");
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRenewals>["execute"]>>[number];

function shown(row: Row) {
  const plan = planFromJson(JSON.parse(row.definition));
  const previous =
    row.previous_definition === null ? null : planFromJson(JSON.parse(row.previous_definition));
  return {
    id: Number(row.id),
    plan_name: plan.name,
    plan_tier: plan.tier,
    previous_period_start: time(row.previous_period_start),
    previous_period_end: time(row.previous_period_end),
    new_period_start: formatInstant(instant(Number(row.new_period_start))),
    new_period_end: formatInstant(instant(Number(row.new_period_end))),
    billing_cycle: row.billing_cycle,
    renewal_type: row.renewal_type,
    renewal_count: Number(row.renewal_count),
    previous_plan_name: previous?.name ?? null,
    previous_plan_tier: previous?.tier ?? null,
    usage_before_renewal: usageOf(row),
    payment_amount: usdNumber(nanoUsd(row.payment_amount)),
    payment_status: row.payment_status,
    payment_date: time(row.payment_date),
    created_at: formatInstant(instant(Number(row.created_at))),
  };
}

function usageOf({ usage_calls: calls, usage_tokens: tokens, usage_cost: cost }: Row) {
  if (calls === null || tokens === null || cost === null) return null;
  return {
    total_calls: Number(calls),
    total_tokens: Number(tokens),
    total_cost: usdNumber(nanoUsd(cost)),
  };
}

function time(ms: bigint | null): string | null {
  return ms === null ? null : formatInstant(instant(Number(ms)));
}
