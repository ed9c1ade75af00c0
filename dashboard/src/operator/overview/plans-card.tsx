/** What each plan brings in a month, and how many subscribe to it. */
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { sumOf } from "./day-steps.ts";
import type { Overview } from "./overview-queries.ts";
import { SumsTable } from "./sums-table.tsx";

export function PlansCard({
  overview: { subscribers: plans, monthly_revenue: monthly, customers_total: all },
}: {
  readonly overview: Overview;
}) {
  const without = Math.max(0, all - sumOf(plans, "subscribers"));
  const share = (dollars: number): string => percent(monthly === 0 ? 0 : (dollars / monthly) * 100);
  return (
    <Card title="Plan income a month">
      <SumsTable
        label="Plan income a month by plan"
        first="Plan"
        columns={["Customers", "Income", "Share"]}
        minWidth={300}
        rows={[
          ...plans.map(({ slug, name, subscribers, monthly_revenue: income }) => ({
            key: slug,
            name: (
              <PageLink to="//customers" search={{ plan: slug }} inherit>
                {name}
              </PageLink>
            ),
            cells: [
              <Amount key="customers" of={subscribers} />,
              <Money key="income" dollars={income} />,
              share(income),
            ],
          })),
          {
            key: "",
            name: (
              <PageLink to="//customers" search={{ status: "none" }} inherit>
                Default plan, no subscription
              </PageLink>
            ),
            cells: [
              <Amount key="customers" of={without} />,
              <Money key="income" dollars={0} />,
              share(0),
            ],
          },
        ]}
        total={{
          name: "Total",
          cells: [
            <Amount key="customers" of={without + sumOf(plans, "subscribers")} />,
            <Money key="income" dollars={sumOf(plans, "monthly_revenue")} />,
            monthly === 0 ? null : percent(100),
          ],
        }}
      />
    </Card>
  );
}
