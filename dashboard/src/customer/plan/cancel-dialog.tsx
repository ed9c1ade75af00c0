/** Asks before a subscription is cancelled: what ends, when, and what holds from then on. */
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { exactTime, fullDay } from "../../parts/format.ts";
import { Refused } from "../../parts/said.tsx";
import type { OfferedPlan, OwnSubscription, Subscription, When } from "./plan-queries.ts";
import { defaultPlanName } from "./plan-words.ts";
import { useSubscriptionAction } from "./use-subscription-action.ts";

export function CancelDialog({
  own: { subscription },
  offered,
  isOpen,
  onClose,
  onDone,
}: {
  readonly own: OwnSubscription;
  readonly offered: readonly OfferedPlan[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}) {
  if (subscription === null) return null;
  return (
    <Dialog title={`Cancel ${subscription.plan.name}`} isOpen={isOpen} onClose={onClose}>
      <CancelForm
        subscription={subscription}
        defaultName={defaultPlanName(offered)}
        onClose={onClose}
        onDone={onDone}
      />
    </Dialog>
  );
}

function CancelForm({
  subscription,
  defaultName,
  onClose,
  onDone,
}: {
  readonly subscription: Subscription;
  readonly defaultName: string;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}) {
  const [at, setAt] = useState<When>("period_end");
  const { current_period_end: end, plan } = subscription;
  const cancelling = useSubscriptionAction(
    (userId, when: When) => client.cancel(userId, { at: when }),
    () =>
      onDone(
        at === "now"
          ? `${plan.name} has ended. ${defaultName} holds now.`
          : `${plan.name} ends on ${fullDay(end)}, and not before. Until then you can take this back.`,
      ),
  );
  return (
    <Stack>
      <Radio.Group
        label="When should it end?"
        value={at}
        onChange={(value) => setAt(value === "now" ? "now" : "period_end")}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="period_end"
            label={`At the end of the period, on ${exactTime(end)}`}
            description={`You keep ${plan.name} until then, and can take this back.`}
          />
          <Radio
            value="now"
            label="Now"
            description={`${plan.name} ends at once; the rest of the period is lost.`}
          />
        </Stack>
      </Radio.Group>
      <Text size="sm">
        From then on {defaultName} holds, with its limits. What you have used stays counted; keys,
        logs and alerts stay as they are.
      </Text>
      <Refused fault={cancelling.error} title="Nothing was cancelled" />
      <Group>
        <Button onClick={() => cancelling.mutate(at)} loading={cancelling.isPending}>
          {at === "now" ? `Cancel ${plan.name} now` : `Cancel ${plan.name} on ${fullDay(end)}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Keep {plan.name}
        </Button>
      </Group>
    </Stack>
  );
}
