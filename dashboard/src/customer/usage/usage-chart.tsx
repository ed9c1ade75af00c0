/** The bars of usage, step by step, stacked by name; loaded only where it is shown, for the chart's code is large. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { useEffect, useRef } from "react";
import { count, LOCALE, money } from "../../parts/format.ts";
import type { Measure } from "./asked-usage.ts";
import type { Charted, ChartedSeries } from "./charted.ts";
import classes from "./usage.module.css";

/** Hours of a whole month are wider than a card: then it scrolls, and the amounts stand at its end. */
const STEPS_WITHOUT_SCROLLING = 110;
const STEP_PX_LEAST = 4;

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
  const widthPx = steps.length * STEP_PX_LEAST;
  const isWide = steps.length > STEPS_WITHOUT_SCROLLING;
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The latest first.
    if (isWide) frame.current?.scrollTo({ left: widthPx });
  }, [isWide, widthPx]);
  const points = steps.map(({ label, values }) => ({
    label,
    ...Object.fromEntries(series.map(({ key }, place) => [key, values[place] ?? 0])),
  }));
  return (
    <div
      ref={frame}
      className={`${classes["drawing"]} ${classes["chart"]}`}
      data-wide={isWide}
      {...(isWide ? { tabIndex: 0 } : {})}
    >
      <div role="img" aria-label={sentence} style={isWide ? { minWidth: widthPx } : {}}>
        <BarChart
          h="100%"
          data={points}
          dataKey="label"
          type="stacked"
          series={series.map(({ key, label, colour }) => ({ name: key, label, color: colour }))}
          valueFormatter={written}
          gridAxis="x"
          yAxisProps={{
            orientation: isWide ? "right" : "left",
            width: measure === "cost" ? 64 : 52,
            tickFormatter: shortly(measure),
          }}
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
    </div>
  );
}

const manyDollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumSignificantDigits: 3,
});
const dollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 4,
});

function shortly(measure: Measure): (value: number) => string {
  if (measure !== "cost") return count;
  // All of an axis alike, but where they would all be nothing.
  return (value) => {
    const isRound = value === 0 || (value >= 0.01 && value < 1_000);
    return (isRound ? dollars : manyDollars).format(value);
  };
}
