/** A customer's pages of what they used: the dashboard, trends, and what it was used for. */
import type { Customer } from "../../access/customers.ts";
import { invalidField } from "../../core/errors.ts";
import { DAY_MS, HOUR_MS, type Instant, instant, parseInstant } from "../../core/instant.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import { normalizeProvider } from "../../core/providers.ts";
import { periodStartOf } from "../../insights/billing-period.ts";
import { type BreakdownStretch, readBreakdown } from "../../insights/read-breakdown.ts";
import { readDashboard } from "../../insights/read-dashboard.ts";
import { readTrends } from "../../insights/read-trends.ts";
import { readUsage } from "../../insights/read-usage.ts";
import { type Granularity, stepsBetween } from "../../insights/time-steps.ts";
import type { Api } from "../api.ts";
import type { QueryOf } from "../contract/endpoint.ts";
import { getBreakdown, getDashboard, getTrends, getUsage } from "../contract/endpoints/usage.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";

const HOURLY_MONTHS_MOST = 3;
/** Two years of days, three months of hours. */
const STEPS_MOST = 2_300;

export function usageRoutes(app: Api, ports: ApiPorts): void {
  serve(app, getUsage, async ({ request, params, query }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return readUsage(ports.store, await wantedOf(ports, customer, query.billing_period));
  });

  serve(app, getDashboard, async ({ request, params, query }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return readDashboard(ports.store, await wantedOf(ports, customer, query.billing_period));
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
    const { stretch, steps } = await stretchOf(query, customer, ports);
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

async function stretchOf(
  query: BreakdownQuery,
  customer: Customer,
  ports: ApiPorts,
): Promise<{ stretch: BreakdownStretch; steps: readonly Instant[] }> {
  const { from, to, billing_period: period, granularity } = query;
  if (from !== undefined || to !== undefined) {
    if (period !== undefined) throw invalidField("billing_period", "does not go with from and to.");
    return stretchBetween({ from, to, granularity }, ports.clock.now());
  }
  const asker = askerOf(ports, customer);
  const start = await periodStartOf(ports.store, asker, period);
  if (start === null) {
    if (granularity === "none") return { stretch: { kind: "all" }, steps: [] };
    throw invalidField("granularity", "of all time is none; name a period, or from and to.");
  }
  const stretch = { kind: "periods", starts: [start] } as const;
  if (granularity === "none") return { stretch, steps: [] };
  if (granularity === "period") return { stretch, steps: [start] };
  const counted = usagePeriodAt(asker.usageAnchor, start);
  const end = counted.start === start ? counted.end : usagePeriodAt(start, start).end;
  const until = instant(Math.max(start + 1, Math.min(end, asker.now + 1)));
  return { stretch, steps: stepsBetween(granularity, { start, end: until }) };
}

/** Roll-ups know whole days, or whole hours where the steps are hours: the stretch is widened to them. */
function stretchBetween(
  of: {
    readonly from: string | undefined;
    readonly to: string | undefined;
    readonly granularity: Granularity | "none";
  },
  now: Instant,
): { stretch: BreakdownStretch; steps: readonly Instant[] } {
  const { granularity } = of;
  if (of.from === undefined) throw invalidField("from", "goes with to.");
  if (granularity === "period") {
    throw invalidField("granularity", "of from and to is none, day or hour.");
  }
  const lengthMs = granularity === "hour" ? HOUR_MS : DAY_MS;
  const from = readMoment(of.from, "from");
  const to = of.to === undefined ? instant(now + 1) : readMoment(of.to, "to");
  if (to <= from) throw invalidField("to", "must be later than from.");
  const start = instant(from - (from % lengthMs));
  const end = instant(Math.ceil(to / lengthMs) * lengthMs);
  if (granularity !== "none" && (end - start) / lengthMs > STEPS_MOST) {
    throw invalidField("from", `makes more than ${STEPS_MOST} steps; choose a shorter stretch.`);
  }
  const stretch = { kind: "between", start, end } as const;
  return {
    stretch,
    steps: granularity === "none" ? [] : stepsBetween(granularity, { start, end }),
  };
}

function readMoment(text: string, field: string): Instant {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return parseInstant(isDate ? `${text}T00:00:00Z` : text, field);
}
