/** Cost, calls and failed calls as bars, day by day; loaded only where it is shown, for the chart's code is large. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Box, SimpleGrid, Text } from "@mantine/core";
import { count, LOCALE, money } from "../../parts/format.ts";
import { seriesColour } from "../../parts/provider-colours.ts";
import { type DayMeasure, type dayStepsOf, daysSentence } from "./day-steps.ts";

const COST_HEIGHT = 250;
const SMALL_HEIGHT = 100;

export function DaysChart({
  days,
  incomeADay,
}: {
  readonly days: ReturnType<typeof dayStepsOf>;
  /** Dollars that plans bring in by a step of the chart. */
  readonly incomeADay: number;
}) {
  return (
    <>
      <Bars days={days} measure="cost" height={COST_HEIGHT} incomeADay={incomeADay} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} mt="sm">
        <Small name="Calls">
          <Bars days={days} measure="calls" height={SMALL_HEIGHT} />
        </Small>
        <Small name="Failed calls">
          <Bars days={days} measure="errors" height={SMALL_HEIGHT} />
        </Small>
      </SimpleGrid>
    </>
  );
}

function Small({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {name}
      </Text>
      {children}
    </div>
  );
}

const COLOURS: Readonly<Record<DayMeasure, string>> = {
  cost: seriesColour(0),
  calls: seriesColour(2),
  errors: seriesColour(1),
};
const LABELS: Readonly<Record<DayMeasure, string>> = {
  cost: "Provider cost",
  calls: "Calls",
  errors: "Failed calls",
};
/** A line this far above the highest bar would press the bars flat; words beside the chart say it then. */
const LINE_ABOVE_MOST = 2;

function Bars({
  days,
  measure,
  height,
  incomeADay = 0,
}: {
  readonly days: ReturnType<typeof dayStepsOf>;
  readonly measure: DayMeasure;
  readonly height: number;
  readonly incomeADay?: number;
}) {
  const highest = Math.max(0, ...days.steps.map((each) => each[measure]));
  const isLineShown = incomeADay > 0 && incomeADay <= highest * LINE_ABOVE_MOST;
  const written = measure === "cost" ? money : count;
  return (
    <Box role="img" aria-label={daysSentence(measure, days)}>
      <BarChart
        h={height}
        data={[...days.steps]}
        dataKey="label"
        series={[{ name: measure, label: LABELS[measure], color: COLOURS[measure] }]}
        valueFormatter={written}
        gridAxis="x"
        tickLine="none"
        {...(isLineShown
          ? {
              referenceLines: [
                {
                  y: incomeADay,
                  label: "Plan income",
                  color: "dimmed",
                  ifOverflow: "extendDomain",
                },
              ],
            }
          : {})}
        yAxisProps={{ width: 60, tickFormatter: measure === "cost" ? shortDollars : count }}
        xAxisProps={{ minTickGap: 24, interval: "preserveStartEnd" }}
        tooltipAnimationDuration={0}
        maxBarWidth={36}
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false, barCategoryGap: "20%" }}
      />
    </Box>
  );
}

const ticks = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumSignificantDigits: 3,
});

function shortDollars(dollars: number): string {
  return ticks.format(dollars);
}
