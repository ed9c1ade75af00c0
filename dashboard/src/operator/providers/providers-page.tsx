/** The operator's providers: can each be called, how it answers, what it costs, and the deployment's own limits. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { exactTime, TIME_ZONE } from "../../parts/format.ts";
import { Card, Page } from "../../parts/page.tsx";
import { Await } from "../../parts/states.tsx";
import { LimitsCard } from "./limits-card.tsx";
import { ModelsCard } from "./models-card.tsx";
import { providersSentence } from "./provider-health.ts";
import { type ProviderStates, providersQuery } from "./provider-queries.ts";
import { ProvidersTable } from "./providers-table.tsx";

export function ProvidersPage() {
  const query = useQuery(providersQuery);
  return (
    <Page title="Providers" subtitle={`Times are in ${TIME_ZONE}; months are UTC.`}>
      <Await query={query} height={620}>
        {(states) => <Shown states={states} />}
      </Await>
    </Page>
  );
}

function Shown({ states }: { readonly states: ProviderStates }) {
  const { providers, last_hour_from: hourFrom, month_from: monthFrom } = states;
  return (
    <Stack gap="md">
      <Text size="lg" fw={550} mt={-8}>
        {providersSentence(providers)}
      </Text>
      <Card title="Health and cost">
        <ProvidersTable providers={providers} />
        <Text size="xs" c="dimmed" mt="xs">
          The last hour counts since {exactTime(hourFrom)}, the month since {exactTime(monthFrom)}.
          Half of the calls are answered within p50, 95 % within p95; right within 10 %. A name
          opens its models.
        </Text>
      </Card>
      <ModelsCard states={states} />
      <LimitsCard providers={providers} />
    </Stack>
  );
}
