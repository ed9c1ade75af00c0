/** Who a customer is, what they are on, and what they have used in this period. */
import type { ReactNode } from "react";
import { Amount } from "../../parts/amount.tsx";
import { exactly, fullDay, money, TIME_ZONE, utcDate } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import type { WholeCustomer } from "./customer-queries.ts";
import classes from "./customers.module.css";

export function WhoCard({ customer }: { readonly customer: WholeCustomer }) {
  const { usage, subscription, erased } = customer;
  return (
    <Card title="Who and what">
      <dl className={classes["facts"]}>
        {erased ? null : <Fact name="E-mail">{customer.email ?? <Absent>not known</Absent>}</Fact>}
        <Fact name="Customer since">{fullDay(customer.created_at)}</Fact>
        <Fact name="Plan">{customer.plan.name}</Fact>
        {subscription === null ? (
          <Fact name="Subscription">none, so the default plan holds</Fact>
        ) : (
          <SubscriptionFacts subscription={subscription} />
        )}
        <Fact name="Used since">{utcDate(usage.billing_period)} (UTC)</Fact>
        <Fact name="Calls">
          <Amount of={usage.calls} />
        </Fact>
        <Fact name="Tokens">
          <Amount of={usage.tokens} />
        </Fact>
        <Fact name="Cost">
          <Money dollars={usage.cost} />
        </Fact>
        <Fact name="Keys that work">{exactly(customer.live_keys)}</Fact>
        <Fact name="Last call">
          {customer.last_call_at === null ? (
            <Absent>none yet</Absent>
          ) : (
            <RelativeTime at={customer.last_call_at} />
          )}
        </Fact>
        {Object.entries(customer.metadata).map(([name, value]) => (
          <Fact key={name} name={name}>
            {typeof value === "string" ? value : JSON.stringify(value)}
          </Fact>
        ))}
      </dl>
    </Card>
  );
}

type Subscription = NonNullable<WholeCustomer["subscription"]>;

function SubscriptionFacts({ subscription }: { readonly subscription: Subscription }) {
  const { current_period_start: start, current_period_end: end } = subscription;
  return (
    <>
      <Fact name="Version">
        {subscription.plan.version}, billed {subscription.billing_cycle}
      </Fact>
      <Fact name={`Period (${TIME_ZONE})`}>
        <ExactTime at={start} /> to <ExactTime at={end} />
      </Fact>
      <Fact name="Next">{nextWords(subscription)}</Fact>
    </>
  );
}

/** What the end of the period brings, or what is wrong. */
export function nextWords(subscription: Subscription): string {
  const { status, scheduled_change: scheduled, current_period_end: end, plan } = subscription;
  switch (status) {
    case "paused":
      return "Paused: the default plan holds and nothing renews";
    case "expired":
      return "A payment did not come, so calls are refused";
    case "canceled":
      return `${plan.name} has ended`;
    case "past_due":
      return `A payment is missing; calls are refused from ${fullDay(subscription.grace_until ?? end)} on`;
    case "trialing":
    case "active":
      if (scheduled !== undefined) {
        return `${scheduled.plan.name}, billed ${scheduled.billing_cycle}, from ${fullDay(scheduled.at)} on`;
      }
      if (subscription.cancel_at_period_end) return `Ends on ${fullDay(end)}`;
      return `${status === "trialing" ? "The trial ends" : "Renews"} on ${fullDay(end)}`;
  }
}

/** `$79.00 a month`. */
export function priceWords(
  plan: { readonly price_monthly: number; readonly price_yearly: number },
  cycle: "monthly" | "yearly",
): string {
  const price = cycle === "yearly" ? plan.price_yearly : plan.price_monthly;
  return price === 0 ? "free" : `${money(price)} a ${cycle === "yearly" ? "year" : "month"}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Absent({ children }: { readonly children: ReactNode }) {
  return <span style={{ color: "var(--mantine-color-dimmed)" }}>{children}</span>;
}
