/** Chart and table of a breakdown, side by side where there is room. */
import { Grid, Skeleton, Switch, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { exactly, fullDay, money } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import type { AskedUsage, Measure } from "./asked-usage.ts";
import { type Charted, type ChartedSeries, charted as chartedOf } from "./charted.ts";
import { wayBelow } from "./drill.ts";
import { StepsTable } from "./steps-table.tsx";
import type { Stretch } from "./stretch.ts";
import classes from "./usage.module.css";
import type { Breakdown } from "./usage-query.ts";
import { UsageTable } from "./usage-table.tsx";

const UsageChart = lazy(async () => ({
  default: (await import("./usage-chart.tsx")).UsageChart,
}));

export function UsageView({
  breakdown,
  usage,
  stretch,
  isOutdated,
}: {
  readonly breakdown: Breakdown;
  readonly usage: AskedUsage;
  readonly stretch: Stretch;
  /** Shown until what was asked for is there. */
  readonly isOutdated: boolean;
}) {
  const { measure, step } = usage;
  const charted = useMemo(
    () => chartedOf(breakdown, { measure, step }),
    [breakdown, measure, step],
  );
  const sentence = sentenceOf(charted, { breakdown, usage, stretch });
  return (
    <Grid gap="md" className={isOutdated ? classes["waiting"] : undefined} aria-busy={isOutdated}>
      <Grid.Col span={CHART_SPAN}>
        <Steps charted={charted} breakdown={breakdown} usage={usage} sentence={sentence} />
      </Grid.Col>
      <Grid.Col span={TABLE_SPAN}>
        <Card title={titleBeside(usage)} className={classes["part"]}>
          <UsageTable breakdown={breakdown} charted={charted} usage={usage} />
        </Card>
      </Grid.Col>
    </Grid>
  );
}

const CHART_SPAN = { base: 12, lg: 6, xl: 7 };
const TABLE_SPAN = { base: 12, lg: 6, xl: 5 };

function titleBeside({ by, tag }: AskedUsage): string {
  return by === "tag" ? `By tag: ${tag ?? ""}` : `By ${by}`;
}

/** In the shape of what comes. */
export function UsageSkeleton() {
  return (
    <Grid gap="md">
      {[CHART_SPAN, TABLE_SPAN].map((span) => (
        <Grid.Col key={span.xl} span={span}>
          <Skeleton height={410} radius="md" className={classes["part"] ?? ""} />
        </Grid.Col>
      ))}
    </Grid>
  );
}

function Steps({
  charted,
  breakdown,
  usage,
  sentence,
}: {
  readonly charted: Charted;
  readonly breakdown: Breakdown;
  readonly usage: AskedUsage;
  readonly sentence: string;
}) {
  const [address, change] = useAddress();
  const { base } = useSubject();
  const navigate = useNavigate();
  const isTable = address["view"] === "table";
  const choose = ({ row }: ChartedSeries): void => {
    const way = row === null ? null : wayBelow(row, breakdown.by, { address, usage });
    if (way !== null) void navigate({ to: `${base}${way.to}`, search: present(way.search) });
  };
  return (
    <Card
      title={`${TITLES[usage.measure]} by ${usage.step}`}
      className={classes["part"]}
      aside={
        <Switch
          size="xs"
          label="Show as table"
          checked={isTable}
          onChange={({ currentTarget }) =>
            change({ view: currentTarget.checked ? "table" : undefined })
          }
        />
      }
    >
      {isTable ? (
        <StepsTable charted={charted} usage={usage} caption={sentence} />
      ) : (
        <Suspense fallback={<Skeleton className={classes["drawing"] ?? ""} />}>
          <UsageChart
            charted={charted}
            measure={usage.measure}
            sentence={sentence}
            onChoose={choose}
          />
        </Suspense>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        {UNITS[usage.measure]}
      </Text>
    </Card>
  );
}

const TITLES: Readonly<Record<Measure, string>> = {
  cost: "Cost",
  calls: "Calls",
  tokens: "Tokens",
};
const UNITS: Readonly<Record<Measure, string>> = {
  cost: "US dollars of provider cost. Choose a bar or a name to see what is in it.",
  calls: "Calls. Choose a bar or a name to see what is in it.",
  tokens: "Tokens, in and out. Choose a bar or a name to see what is in it.",
};

function sentenceOf(
  { steps }: Charted,
  of: { readonly breakdown: Breakdown; readonly usage: AskedUsage; readonly stretch: Stretch },
): string {
  const { breakdown, usage, stretch } = of;
  const { measure, step } = usage;
  const written = measure === "cost" ? money : exactly;
  const first = steps[0];
  const most = steps.reduce((best, each) => (each.total > best.total ? each : best), first ?? NONE);
  const when = `${fullDay(stretch.start)} to ${fullDay(stretch.end - 1)}`;
  const all = `${written(breakdown.total[measure])} in all`;
  return `${TITLES[measure]} by ${step}, ${when}, stacked by ${breakdown.by}: ${all}, the most at ${most.label} with ${written(most.total)}`;
}

const NONE = { start: "", label: "", values: [], total: 0 };

function present(search: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
