/** How the installation is: in a sentence, then part by part. */
import { Alert, Grid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { exactTime } from "../../parts/format.ts";
import { Await } from "../../parts/states.tsx";
import { ArchivesCard } from "./archives-card.tsx";
import { AuditCard } from "./audit-card.tsx";
import { BackupCard, DatabaseCard } from "./database-cards.tsx";
import { HealthCard } from "./health-card.tsx";
import { NodesCard } from "./nodes-card.tsx";
import { QueuesCard } from "./queues-card.tsx";
import { readinessQuery, type System, systemQuery } from "./system-queries.ts";
import { systemSentence } from "./system-sentence.ts";

export function HealthTab() {
  const query = useQuery(systemQuery);
  return (
    <Await query={query} height={640}>
      {(system) => <Shown system={system} />}
    </Await>
  );
}

function Shown({ system }: { readonly system: System }) {
  const { data: readiness } = useQuery(readinessQuery);
  return (
    <Stack gap="md">
      <Text size="lg" fw={550}>
        {systemSentence(system, readiness)}
      </Text>
      {system.test_clock ? <TestClock at={system.ledger_time} /> : null}
      {system.demo ? (
        <Alert color="gray" py="xs">
          This is a demo: providers are simulated, and no call costs anything.
        </Alert>
      ) : null}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <HealthCard system={system} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <QueuesCard queues={system.queues} />
        </Grid.Col>
        <Grid.Col span={12}>
          <NodesCard system={system} />
        </Grid.Col>
        <Grid.Col span={12}>
          <AuditCard last={system.last_audit} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <DatabaseCard system={system} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <BackupCard system={system} />
        </Grid.Col>
        <Grid.Col span={12}>
          <ArchivesCard archives={system.archives} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function TestClock({ at }: { readonly at: string }) {
  return (
    <Alert color="gray" py="xs" title="The test clock is on">
      Ledger time is {exactTime(at)} and can be set by hand; usage, periods and what is sent go by
      it. With PURSER_TEST_CLOCK left out, it is the real time.
    </Alert>
  );
}
