/** A customer's pages of what they used: the dashboard, trends, and what it was used for. */
import type { Customer } from "../../access/customers.ts";
import { invalidField } from "../../core/errors.ts";
import { formatDate, formatInstant } from "../../core/instant.ts";
import { normalizeProvider } from "../../core/providers.ts";
import { breakdownStretch } from "../../insights/breakdown-stretch.ts";
import { listPeriodsWithUse } from "../../insights/list-periods.ts";
import { readBreakdown } from "../../insights/read-breakdown.ts";
import { readDashboard } from "../../insights/read-dashboard.ts";
import { readTrends } from "../../insights/read-trends.ts";
import { readUsage } from "../../insights/read-usage.ts";
import type { Api } from "../api.ts";
import type { QueryOf } from "../contract/endpoint.ts";
import {
  getBreakdown,
  getDashboard,
  getTrends,
  getUsage,
  listUsagePeriods,
} from "../contract/endpoints/usage.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";

const HOURLY_MONTHS_MOST = 3;

export function usageRoutes(app: Api, ports: ApiPorts): void {
  serve(app, getUsage, async ({ request, params, query }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return readUsage(ports, await wantedOf(ports, customer, query.billing_period));
  });

  serve(app, getDashboard, async ({ request, params, query }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return readDashboard(ports, await wantedOf(ports, customer, query.billing_period));
  });

  serve(app, listUsagePeriods, async ({ request, params }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const asker = askerOf(ports, customer);
    const periods = await listPeriodsWithUse(ports.store, asker);
    return {
      periods: periods.reverse().map(({ start, end }) => ({
        billing_period: formatDate(start),
        start: formatInstant(start),
        end: formatInstant(end),
        is_present: start <= asker.now && asker.now < end,
      })),
    };
  });

  serve(app, getTrends, async ({ request, params, query }) => {
    const { months, granularity } = query;
    if (granularity === "hour" && months > HOURLY_MONTHS_MOST) {
      throw invalidField("months", `must be at most ${HOURLY_MONTHS_MOST} with granularity=hour.`);
    }
    const customer = await subjectOf(request, ports, params.user_id);
    return readTrends(ports.store, { ...askerOf(ports, customer), months, granularity });
  });

  serve(app, getBreakdown, async ({ request, params, query }) => {
    refuseUnknownTag(query, ports.declaredTags);
    const customer = await subjectOf(request, ports, params.user_id);
    const asker = askerOf(ports, customer);
    const { stretch, steps } = await breakdownStretch(ports.store, asker, query);
    const { by, tag, granularity, provider, model, operation, key_id } = query;
    return readBreakdown(ports.store, {
      customerId: customer.id,
      by,
      ...(tag === undefined ? {} : { tag }),
      stretch,
      granularity: granularity === "none" ? null : granularity,
      steps,
      only: {
        ...(provider === undefined ? {} : { provider: normalizeProvider(provider) }),
        ...(model === undefined ? {} : { model }),
        ...(operation === undefined ? {} : { operation }),
        ...(key_id === undefined ? {} : { key_id }),
      },
    });
  });
}

function askerOf(ports: ApiPorts, { id, usageAnchor }: Customer) {
  return { customerId: id, usageAnchor, now: ports.clock.now() };
}

async function wantedOf(ports: ApiPorts, customer: Customer, billingPeriod: string | undefined) {
  const { plan } = await planInForce(ports, customer);
  return {
    ...askerOf(ports, customer),
    plan: plan.definition,
    ...(billingPeriod === undefined ? {} : { billingPeriod }),
  };
}

type BreakdownQuery = QueryOf<typeof getBreakdown>;

/** Only declared tags have sums of their own, and these know of provider and model only. */
function refuseUnknownTag(query: BreakdownQuery, declared: readonly string[]): void {
  const { by, tag } = query;
  if (by !== "tag") {
    if (tag !== undefined) throw invalidField("tag", "goes with by=tag.");
    return;
  }
  const known = declared.length === 0 ? "none is (PURSER_TAGS)" : declared.join(", ");
  if (tag === undefined) throw invalidField("tag", `name a declared tag: ${known}.`);
  if (!declared.includes(tag)) throw invalidField("tag", `is not declared; declared: ${known}.`);
  for (const name of ["operation", "key_id"] as const) {
    if (query[name] !== undefined) throw invalidField(name, "is not known of tags.");
  }
  if (query.granularity === "hour") throw invalidField("granularity", "of tags is day or period.");
}
