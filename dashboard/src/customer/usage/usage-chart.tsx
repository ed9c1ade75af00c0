/** The bars of usage, step by step, stacked by name; loaded only where it is shown, for the chart's code is large. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { count, money } from "../../parts/format.ts";
import type { Measure } from "./asked-usage.ts";
import type { Charted, ChartedSeries } from "./charted.ts";

const HEIGHT = 320;

export function UsageChart({
  charted,
  measure,
  sentence,
  onChoose,
}: {
  readonly charted: Charted;
  readonly measure: Measure;
  /** What it shows, for those who do not see it. */
  readonly sentence: string;
  readonly onChoose: (series: ChartedSeries) => void;
}) {
  const { series, steps } = charted;
  const written = (value: number): string => (measure === "cost" ? money(value) : count(value));
  const points = steps.map(({ label, values }) => ({
    label,
    ...Object.fromEntries(series.map(({ key }, place) => [key, values[place] ?? 0])),
  }));
  return (
    <div role="img" aria-label={sentence}>
      <BarChart
        h={HEIGHT}
        data={points}
        dataKey="label"
        type="stacked"
        series={series.map(({ key, label, colour }) => ({ name: key, label, color: colour }))}
        valueFormatter={written}
        gridAxis="x"
        yAxisProps={{ width: measure === "cost" ? 64 : 52, tickFormatter: shortly(measure) }}
        xAxisProps={{ minTickGap: 24, interval: "preserveStartEnd" }}
        tooltipAnimationDuration={0}
        tooltipProps={{ isAnimationActive: false }}
        maxBarWidth={48}
        barProps={({ name }) => ({
          isAnimationActive: false,
          cursor: series.find(({ key }) => key === name)?.row == null ? "default" : "pointer",
          onClick: () => {
            const chosen = series.find(({ key }) => key === name);
            if (chosen !== undefined) onChoose(chosen);
          },
        })}
        barChartProps={{
          barCategoryGap: steps.length > 60 ? 1 : "15%",
          margin: { top: 12 },
          accessibilityLayer: false,
        }}
      />
    </div>
  );
}

const ticks = new Intl.NumberFormat(navigator.language, {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumSignificantDigits: 3,
});

function shortly(measure: Measure): (value: number) => string {
  return (value) => (measure === "cost" ? ticks.format(value) : count(value));
}
