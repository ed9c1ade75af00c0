/** The plan that holds now: since when, until when, what comes next, and what can be done about it. */
import { Badge, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";
import { Card } from "../../parts/page.tsx";
import { Refused } from "../../parts/said.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import type { OfferedPlan, OwnSubscription, Subscription } from "./plan-queries.ts";
import {
  changedWords,
  defaultPlan,
  defaultPlanName,
  nextWords,
  priceOf,
  statusWord,
} from "./plan-words.ts";
import { useSubscriptionAction } from "./use-subscription-action.ts";

export function CurrentPlan({
  own,
  offered,
  onDone,
}: {
  readonly own: OwnSubscription;
  readonly offered: readonly OfferedPlan[];
  readonly onDone: (words: string) => void;
}) {
  const { subscription, plan } = own;
  return (
    <Card title="Your plan">
      <Stack gap="sm">
        <Group gap="sm" align="baseline">
          <Text size="xl" fw={700} style={{ overflowWrap: "anywhere" }}>
            {plan.name}
          </Text>
          <Text>{priceOf(plan, subscription?.billing_cycle ?? "monthly")}</Text>
          <Badge variant="default" tt="none">
            {statusWord(subscription)}
          </Badge>
        </Group>
        {plan.description === "" ? null : (
          <Text size="sm" c="dimmed">
            {plan.description}
          </Text>
        )}
        <Text>{nextWords(own, defaultPlanName(offered))}</Text>
        {subscription === null ? null : <Dates subscription={subscription} />}
        {subscription === null ? null : (
          <Actions
            subscription={subscription}
            // What follows it would be the same plan.
            canCancel={subscription.plan.id !== defaultPlan(offered)?.id}
            onDone={onDone}
          />
        )}
      </Stack>
    </Card>
  );
}

function Dates({ subscription }: { readonly subscription: Subscription }) {
  const { current_period_start: start, current_period_end: end, created_at: since } = subscription;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} component="dl" m={0}>
      <Fact name={`Period (${subscription.billing_cycle}) since`}>
        <ExactTime at={start} />
      </Fact>
      <Fact name="Until">
        <ExactTime at={end} />, <RelativeTime at={end} />
      </Fact>
      <Fact name="Subscribed since">
        <ExactTime at={since} />
      </Fact>
    </SimpleGrid>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children}
      </Text>
    </div>
  );
}

function Actions({
  subscription,
  canCancel,
  onDone,
}: {
  readonly subscription: Subscription;
  readonly canCancel: boolean;
  readonly onDone: (words: string) => void;
}) {
  const [, change] = useAddress();
  const { isOwn } = useSubject();
  const resuming = useSubscriptionAction(
    (userId, _: undefined) => client.resume(userId),
    (after) => onDone(changedWords(subscription, after)),
  );
  const {
    status,
    scheduled_change: scheduled,
    cancel_at_period_end: isEnding,
    plan,
  } = subscription;
  const runs = status === "active" || status === "trialing" || status === "past_due";
  const words = undoWords({
    isEnding,
    isScheduled: scheduled !== undefined,
    status,
    name: plan.name,
  });
  return (
    <>
      <Group gap="xs">
        {words === null || (status === "paused" && isOwn) ? null : (
          <Button
            size="sm"
            variant={isEnding ? "filled" : "default"}
            loading={resuming.isPending}
            onClick={() => resuming.mutate(undefined)}
          >
            {words}
          </Button>
        )}
        {runs && canCancel && !isEnding ? (
          <Button size="sm" variant="default" onClick={() => change({ ask: "cancel" })}>
            Cancel {plan.name}
          </Button>
        ) : null}
      </Group>
      {status === "paused" && isOwn ? (
        <Text size="sm" c="dimmed">
          It was paused for you, and only whoever runs the application can resume it.
        </Text>
      ) : null}
      <Refused fault={resuming.error} title="Nothing was changed" />
    </>
  );
}

function undoWords(of: {
  readonly isEnding: boolean;
  readonly isScheduled: boolean;
  readonly status: Subscription["status"];
  readonly name: string;
}): string | null {
  if (of.status === "paused") return `Resume ${of.name}`;
  if (of.isEnding) return `Keep ${of.name}`;
  return of.isScheduled ? `Stay on ${of.name}` : null;
}
