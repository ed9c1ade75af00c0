/** How cost, calls and failures went, day by day: charts, or the same as a table, and as a file. */
import { Button, Group, Skeleton, Switch, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useAddress } from "../../app/address.ts";
import { money } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { csvOf, saveFile } from "../../parts/save-file.ts";
import { dayStepsOf } from "./day-steps.ts";
import { DaysTable } from "./days-table.tsx";
import type { Overview } from "./overview-queries.ts";

const DaysChart = lazy(async () => ({ default: (await import("./days-chart.tsx")).DaysChart }));

const HEIGHT = 392;
const MONTH_DAYS = 30;
const WEEK_DAYS = 7;

export function DaysCard({ overview }: { readonly overview: Overview }) {
  const [{ show }, change] = useAddress();
  const days = dayStepsOf(overview.by_day);
  const isTable = show === "table";
  const aDay = overview.monthly_revenue / MONTH_DAYS;
  return (
    <Card
      title={`Cost by ${days.step}`}
      aside={
        <Group gap="sm">
          <Switch
            size="xs"
            label="Show as table"
            checked={isTable}
            onChange={(event) =>
              change({ show: event.currentTarget.checked ? "table" : undefined })
            }
          />
          <Button size="compact-xs" variant="default" onClick={() => saveDays(overview)}>
            Save as CSV
          </Button>
        </Group>
      }
      h="100%"
    >
      {isTable ? (
        <DaysTable {...days} />
      ) : (
        <Suspense fallback={<Skeleton height={HEIGHT} radius="md" />}>
          <DaysChart days={days} incomeADay={days.step === "day" ? aDay : aDay * WEEK_DAYS} />
        </Suspense>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        Days are UTC. Plans bring in {money(aDay)} a day, by the present paid subscriptions.
      </Text>
    </Card>
  );
}

/** By day, however the chart adds them up. */
function saveDays({ by_day: days, from, to }: Overview): void {
  const rows = days.map(({ day, cost, calls, errors }) => [day, cost, calls, errors]);
  saveFile(`overview-${from}-${to}.csv`, {
    text: csvOf([["day", "cost", "calls", "errors"], ...rows]),
    type: "text/csv;charset=utf-8",
  });
}
