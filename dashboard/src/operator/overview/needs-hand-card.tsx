/** What needs the operator's hand: each line says what it is and leads to where it is mended. */
import { Anchor, Box, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { queries } from "../../app/queries.ts";
import { Card } from "../../parts/page.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { type Hand, handsOf } from "./needs-hand.ts";
import classes from "./overview.module.css";
import { type Overview, outboxCountsQuery, unreadAlertsQuery } from "./overview-queries.ts";

const SHOWN_FIRST = 6;

export function NeedsHandCard({ overview }: { readonly overview: Overview | undefined }) {
  const alerts = useQuery(unreadAlertsQuery);
  const { data: counts } = useQuery(outboxCountsQuery);
  const hands = handsOf({
    overview,
    alerts: alerts.data?.alerts ?? [],
    dead: counts?.dead ?? 0,
  });
  return (
    <Card title="Needs a hand" aside={<Count of={hands.length} />} h="100%">
      <Await query={alerts} height={280}>
        {() => <Hands hands={hands} />}
      </Await>
    </Card>
  );
}

function Count({ of }: { readonly of: number }) {
  return of === 0 ? null : (
    <Text size="sm" c="dimmed" className="figures">
      {of}
    </Text>
  );
}

function Hands({ hands }: { readonly hands: readonly Hand[] }) {
  const [isWhole, setIsWhole] = useState(false);
  const reading = useMutation({
    mutationFn: (id: number) => client.admin.markAlertRead(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["operator", "alerts"] }),
  });
  const shown = isWhole ? hands : hands.slice(0, SHOWN_FIRST);
  return (
    <Stack gap="sm">
      {hands.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing does: nobody is near a limit, every model has a price, and messages arrive.
        </Text>
      ) : (
        <Box component="ul" className={classes["hands"]}>
          {shown.map((hand) => (
            <HandLine
              key={hand.key}
              hand={hand}
              onRead={(id) => reading.mutate(id)}
              isBusy={reading.isPending}
            />
          ))}
        </Box>
      )}
      {hands.length > SHOWN_FIRST ? (
        <Anchor component="button" size="sm" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show ${hands.length - SHOWN_FIRST} more`}
        </Anchor>
      ) : null}
      <Said words={reading.isSuccess ? "Marked as read." : null} />
      <Refused fault={reading.error} />
    </Stack>
  );
}

function HandLine({
  hand: { isStopped, sign, words, to, search, linkWords, alertId },
  onRead,
  isBusy,
}: {
  readonly hand: Hand;
  readonly onRead: (id: number) => void;
  readonly isBusy: boolean;
}) {
  return (
    <li>
      <Group gap={6} wrap="nowrap">
        <span className={classes["dot"]} data-stopped={isStopped} aria-hidden />
        <Text size="xs" fw={650} flex={1}>
          {sign}
        </Text>
        {alertId === null ? null : (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-label={`Mark read: ${sign}`}
            disabled={isBusy}
            onClick={() => onRead(alertId)}
          >
            Mark read
          </Button>
        )}
        <PageLink to={to} search={search} size="xs">
          {linkWords}
        </PageLink>
      </Group>
      <Text size="sm" lineClamp={2} title={words} style={{ overflowWrap: "anywhere" }}>
        {words}
      </Text>
    </li>
  );
}
