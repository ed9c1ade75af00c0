/** One customer's whole story, and what the operator can do for them. */
import { Alert, Button, Grid, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAddress } from "../../app/address.ts";
import { useLive } from "../../app/live.ts";
import { PageLink } from "../../app/page-link.tsx";
import { SubjectContext, useSubject } from "../../app/subject.tsx";
import type { MadeKey } from "../../customer/keys/key-queries.ts";
import { NewKey } from "../../customer/keys/new-key.tsx";
import { CopyText } from "../../parts/copy-text.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { customerQuery, type WholeCustomer } from "./customer-queries.ts";
import { DeedDialogs } from "./deed-dialogs.tsx";
import { DeedMenu } from "./deed-menu.tsx";
import { LiftsCard } from "./lifts-card.tsx";
import { StandingCards } from "./standing-cards.tsx";
import { StatusWord } from "./status-word.tsx";
import { StoryParts } from "./story-parts.tsx";
import { WhoCard } from "./who-card.tsx";

export function CustomerPage() {
  const { userId = "" } = useParams({ strict: false });
  const subject = useMemo(
    () => ({ userId, base: `/customers/${encodeURIComponent(userId)}/see`, isOwn: false }),
    [userId],
  );
  return (
    <SubjectContext value={subject}>
      <Customer key={userId} id={userId} />
    </SubjectContext>
  );
}

function Customer({ id }: { readonly id: string }) {
  const query = useQuery(customerQuery(id));
  const customer = query.data;
  return (
    <Page
      title={customer?.name ?? id}
      subtitle={<Subtitle id={id} customer={customer} />}
      actions={customer === undefined || customer.erased ? null : <Actions customer={customer} />}
    >
      <Await query={query} skeleton={<Waiting />}>
        {(whole) => (whole.erased ? <Erased customer={whole} /> : <Story customer={whole} />)}
      </Await>
    </Page>
  );
}

function Subtitle({
  id,
  customer,
}: {
  readonly id: string;
  readonly customer: WholeCustomer | undefined;
}) {
  return (
    <Group gap="xs" mt={4}>
      <PageLink to="//customers" inherit>
        Customers
      </PageLink>
      {customer === undefined || customer.name === null ? null : (
        <Text span inherit ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {id}
        </Text>
      )}
      <CopyText text={id} label="Copy id" size="compact-xs" />
      {customer === undefined ? null : (
        <StatusWord status={customer.subscription_status} isErased={customer.erased} />
      )}
    </Group>
  );
}

function Actions({ customer }: { readonly customer: WholeCustomer }) {
  const { base } = useSubject();
  const [, change] = useAddress();
  return (
    <>
      <Button
        variant="default"
        renderRoot={(props: object) => <Link {...props} to={base} search={{}} />}
      >
        See their dashboard
      </Button>
      <Button onClick={() => change({ ask: "plan" })}>Change plan</Button>
      <DeedMenu customer={customer} />
    </>
  );
}

function Story({ customer }: { readonly customer: WholeCustomer }) {
  useLive(customer.id);
  const [, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  const done = (words: string | null): void => {
    setSaid(words);
    change({ ask: undefined, key: undefined, limit: undefined });
  };
  const hasMade = (key: MadeKey): void => {
    setMade(key);
    done(null);
  };
  return (
    <Stack gap="md">
      <Said words={said} />
      {made === null ? null : <NewKey key={made.id} made={made} onPutAway={() => setMade(null)} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <WhoCard customer={customer} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="md">
            <StandingCards />
            <LiftsCard id={customer.id} onDone={setSaid} />
          </Stack>
        </Grid.Col>
      </Grid>
      <StoryParts id={customer.id} />
      <DeedDialogs customer={customer} onDone={done} onMade={hasMade} />
    </Stack>
  );
}

function Erased({ customer }: { readonly customer: WholeCustomer }) {
  return (
    <Stack gap="md">
      <Alert color="gray" title="This person was erased">
        Who they were is gone for good, and their keys with it. What was used stays in the sums,
        under this internal id.
      </Alert>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <WhoCard customer={customer} />
        </Grid.Col>
      </Grid>
      <StoryParts id={customer.id} isErased />
    </Stack>
  );
}

function Waiting() {
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Skeleton height={330} radius="md" />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Skeleton height={330} radius="md" />
      </Grid.Col>
      <Grid.Col span={12}>
        <Skeleton height={320} radius="md" />
      </Grid.Col>
    </Grid>
  );
}
