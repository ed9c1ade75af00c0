/** All plans side by side, limits as rows; on narrow screens one plan beside the present one. */
import { Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { useIsNarrow } from "../../parts/is-narrow.ts";
import { Card } from "../../parts/page.tsx";
import { type PlanColumn, planColumns } from "./comparison.ts";
import { ComparisonTable } from "./comparison-table.tsx";
import {
  type Cycle,
  featuresQuery,
  type OfferedPlan,
  type OwnSubscription,
} from "./plan-queries.ts";

export function ComparePlans({
  own,
  offered,
}: {
  readonly own: OwnSubscription;
  readonly offered: readonly OfferedPlan[];
}) {
  const [{ cycle: asked, with: other }, change] = useAddress();
  const isNarrow = useIsNarrow();
  const cycle = cycleOf(asked) ?? own.subscription?.billing_cycle ?? "monthly";
  const { userId } = useSubject();
  const { data: features } = useQuery(featuresQuery(userId));
  const all = planColumns(own, offered, features);
  const others = all.filter(({ plan, isPresent }) => !isPresent || plan.id !== own.plan.id);
  const beside = others.find(({ plan }) => plan.slug === other) ?? dearerThan(all) ?? others[0];
  const columns = isNarrow ? all.filter((column) => column.isPresent || column === beside) : all;
  return (
    <Card
      title="Compare plans"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Prices"
          data={[
            { value: "monthly", label: "Monthly" },
            { value: "yearly", label: "Yearly" },
          ]}
          value={cycle}
          onChange={(value) => change({ cycle: value })}
        />
      }
    >
      {isNarrow && beside !== undefined ? (
        <Group mb="sm">
          <Select
            label="Beside your plan"
            data={others.map(({ plan, which }) => ({
              value: plan.slug,
              label: which === undefined ? plan.name : `${plan.name}, ${which}`,
            }))}
            value={beside.plan.slug}
            onChange={(slug) => change({ with: slug ?? undefined })}
            allowDeselect={false}
          />
        </Group>
      ) : null}
      <ComparisonTable columns={columns} cycle={cycle} />
      <Text size="xs" c="dimmed" mt="sm">
        Limits count in a usage period, which is a month on yearly plans too, where no other window
        is named.
      </Text>
    </Card>
  );
}

export function cycleOf(text: string | undefined): Cycle | undefined {
  return text === "monthly" || text === "yearly" ? text : undefined;
}

/** The next plan after the present one. */
function dearerThan(columns: readonly PlanColumn[]): PlanColumn | undefined {
  const at = columns.findIndex(({ isPresent }) => isPresent);
  return columns[at + 1];
}
