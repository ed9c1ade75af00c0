/** One call's story: what was asked, held and used, what it cost line by line, how long it took. */
import { Grid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { exactMoney } from "../../parts/format.ts";
import { Card, Page } from "../../parts/page.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import { useKeyNames } from "../usage/key-names.ts";
import { CallCorrections } from "./call-corrections.tsx";
import { CallCost } from "./call-cost.tsx";
import { CallHold } from "./call-hold.tsx";
import { callQuery, type Story } from "./call-query.ts";
import { CallTiming } from "./call-timing.tsx";
import { Copied } from "./copied.tsx";

export function CallPage() {
  const { userId } = useSubject();
  const { eventId = "" } = useParams({ strict: false });
  const query = useQuery(callQuery(userId, eventId));
  const { data } = query;
  const isUnknown = query.error instanceof PurserError && query.error.status === 404;
  return (
    <Page
      title={data === undefined ? "Call" : `Call of ${data.model || data.operation}`}
      subtitle={data === undefined ? <>&nbsp;</> : <When story={data} />}
      actions={
        <PageLink to="/calls" size="sm">
          All calls
        </PageLink>
      }
    >
      {isUnknown ? (
        <Empty title="There is no such call">
          It may be of another customer, or its month was taken out of the log.
        </Empty>
      ) : (
        <Await query={query} height={560}>
          {(story) => <Sections story={story} />}
        </Await>
      )}
    </Page>
  );
}

function When({ story }: { readonly story: Story }) {
  return (
    <>
      <ExactTime at={story.timestamp} />, <RelativeTime at={story.timestamp} />.{" "}
      {story.status === "failed" ? "It failed; it" : "It"} came to{" "}
      {exactMoney(story.corrected.cost)}.
    </>
  );
}

function Sections({ story }: { readonly story: Story }) {
  return (
    <Stack gap="md">
      {story.error_message === null ? null : (
        <Card title="What went wrong">
          <Text
            size="sm"
            ff="monospace"
            style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          >
            {story.error_message}
          </Text>
        </Card>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Asked story={story} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <CallHold story={story} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <CallTiming story={story} />
        </Grid.Col>
      </Grid>
      <CallCost story={story} />
      <CallCorrections story={story} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Tags tags={story.tags} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Ids story={story} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

const SOURCES: Readonly<Record<Story["source"], string>> = {
  gateway: "The gateway",
  library: "The library",
  reservation: "A reservation of the application",
  event: "Told after the fact",
  import: "An import",
};

function Asked({ story }: { readonly story: Story }) {
  const keyName = useKeyNames();
  const { model, model_requested: wanted, key_id: keyId } = story;
  const facts: Fact[] = [
    ["Provider", providerTitle(story.provider)],
    ["Model asked for", wanted === "" ? "none" : wanted],
    ...(model === wanted || model === "" ? [] : [["Model that answered", model] as const]),
    ["Operation", story.operation],
    // Of calls that did not pass the gateway no path is known.
    ...(story.source === "gateway" ? [["Path", `${story.method} ${story.endpoint}`] as const] : []),
    ["Status", `${story.status_code}, ${story.status}`],
    ["Key", keyId === null ? "none" : keyName(keyId)],
    ["Came by", SOURCES[story.source]],
    ["Usage period", story.billing_period],
  ];
  return (
    <Card title="What was asked" h="100%">
      <Facts of={facts} />
    </Card>
  );
}

function Tags({ tags }: { readonly tags: Story["tags"] }) {
  const facts = Object.entries(tags).map(
    ([name, value]): Fact => [
      name,
      <PageLink key={name} to="/calls" search={{ tag: `${name}:${value}` }} size="sm">
        {value === "" ? "(empty)" : value}
      </PageLink>,
    ],
  );
  return (
    <Card title="Tags" h="100%">
      {facts.length === 0 ? (
        <Text size="sm" c="dimmed">
          This call has none.
        </Text>
      ) : (
        <Facts of={facts} />
      )}
    </Card>
  );
}

function Ids({ story }: { readonly story: Story }) {
  const { event_id: eventId, key_id: keyId } = story;
  return (
    <Card title="Ids" h="100%">
      <Facts
        of={[
          ["Call", <Copied key="call" text={eventId} label="the call's id" />],
          ...(keyId === null
            ? []
            : [["Key", <Copied key="key" text={keyId} label="the key's id" />] as const]),
        ]}
      />
      <Text size="xs" c="dimmed" mt={8}>
        The call's id is what its answer carried as x-purser-request-id.
      </Text>
    </Card>
  );
}
