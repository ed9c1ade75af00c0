/** The operator's first page: how the business does in a sentence, the curve, what needs a hand, and who costs what. */
import { Grid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { Page } from "../../parts/page.tsx";
import { Await } from "../../parts/states.tsx";
import { businessSentence } from "./business-sentence.ts";
import { DaysCard } from "./days-card.tsx";
import { FiguresStrip } from "./figures-strip.tsx";
import { NeedsHandCard } from "./needs-hand-card.tsx";
import classes from "./overview.module.css";
import { type Overview, overviewQuery } from "./overview-queries.ts";
import { PlansCard } from "./plans-card.tsx";
import { ProvidersCard } from "./providers-card.tsx";
import { type Range, rangeOf } from "./range.ts";
import { RangePicker } from "./range-picker.tsx";
import { TopCustomersCard, TopModelsCard } from "./top-cards.tsx";

export function OverviewPage() {
  const [address] = useAddress();
  const range = rangeOf(address, Date.now());
  const query = useQuery(overviewQuery(range));
  return (
    <Page title="Overview" actions={<RangePicker range={range} />}>
      <Await query={query} skeleton={<Waiting />}>
        {(overview) => (
          <Shown overview={overview} range={range} isOfBefore={query.isPlaceholderData} />
        )}
      </Await>
    </Page>
  );
}

function Shown({
  overview,
  range,
  isOfBefore,
}: {
  readonly overview: Overview;
  readonly range: Range;
  /** The range was changed, and this is still the one before. */
  readonly isOfBefore: boolean;
}) {
  const { words } = businessSentence({
    cost: overview.cost,
    income: overview.revenue,
    calls: overview.calls,
    near: overview.near_limits.map((each) => each.threshold_percentage),
    when: range.when,
  });
  return (
    <Stack gap="md" className={isOfBefore ? classes["refetching"] : undefined}>
      <Text size="lg" fw={550} mt={-8}>
        {words}
      </Text>
      <FiguresStrip overview={overview} range={range} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <DaysCard overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <NeedsHandCard overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <TopCustomersCard overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <TopModelsCard overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <PlansCard overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <ProvidersCard range={range} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Waiting() {
  return (
    <Stack gap="md">
      <Skeleton height={28} width="70%" radius="md" mt={-8} />
      <Skeleton height={104} radius="md" />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Skeleton height={418} radius="md" />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Skeleton height={418} radius="md" />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
