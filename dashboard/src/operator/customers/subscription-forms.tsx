/** Questions before a subscription is paused, resumed, paid or canceled: what will hold then. */
import { Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { exactTime, fullDay } from "../../parts/format.ts";
import { Refused } from "../../parts/said.tsx";
import type { WholeCustomer } from "./customer-queries.ts";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { useDeed } from "./use-deed.ts";
import { nextWords } from "./who-card.tsx";

type Subscription = NonNullable<WholeCustomer["subscription"]>;

interface PlainDeed {
  readonly act: (id: string) => Promise<Subscription>;
  readonly question: (subscription: Subscription) => string;
  readonly doWords: string;
  readonly doneWords: (after: Subscription) => string;
}

const PAUSE: PlainDeed = {
  act: client.admin.pauseSubscription,
  question: ({ plan }) =>
    `From now on the default plan's limits hold instead of ${plan.name}'s, and nothing renews, until you resume it. Keys keep working. Only you can resume it.`,
  doWords: "Pause it",
  doneWords: ({ plan }) => `${plan.name} is paused. Resume it from the same menu.`,
};
const RESUME: PlainDeed = {
  act: (id) => client.resume(id),
  question: (subscription) =>
    subscription.status === "paused"
      ? `${subscription.plan.name} and its limits hold again at once, and it renews as before.`
      : `What is scheduled for the end of the period does not happen; ${subscription.plan.name} goes on.`,
  doWords: "Resume it",
  doneWords: (after) => `${after.plan.name} goes on. ${nextWords(after)}.`,
};
const RECEIVED: PlainDeed = {
  act: client.admin.reportPaymentReceived,
  question: ({ plan }) =>
    `The missing payment is noted as received, and ${plan.name} is active again.`,
  doWords: "Note it as received",
  doneWords: ({ plan }) => `The payment is noted. ${plan.name} is active.`,
};

/** What is asked for stands in the address. */
export function PlainDeedForm({ customer, onClose, onDone }: FormParts) {
  const [{ ask }] = useAddress();
  const deed = ask === "pause" ? PAUSE : ask === "resume" ? RESUME : RECEIVED;
  const { subscription } = customer;
  const { submit, isBusy, fault } = useDeed({
    id: customer.id,
    act: () => deed.act(customer.id),
    onDone,
    words: deed.doneWords,
  });
  if (subscription === null) return <Nothing />;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{deed.question(subscription)}</Text>
        <Refused fault={fault} title="Nothing was changed" />
        <FormButtons
          doWords={deed.doWords}
          leaveWords="Leave it as it is"
          isBusy={isBusy}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

type When = "now" | "period_end";

export function CancelForm({ customer, onClose, onDone }: FormParts) {
  const [at, setAt] = useState<When>("period_end");
  const { subscription } = customer;
  const { submit, isBusy, fault } = useDeed({
    id: customer.id,
    act: () => client.cancel(customer.id, { at }),
    onDone,
    words: (after) =>
      after.status === "canceled"
        ? `${after.plan.name} has ended. The default plan holds now.`
        : `${after.plan.name} ends on ${fullDay(after.current_period_end)}. Until then it can be resumed.`,
  });
  if (subscription === null) return <Nothing />;
  const { current_period_end: end, plan } = subscription;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Radio.Group
          label="When should it end?"
          value={at}
          onChange={(value) => setAt(value === "now" ? "now" : "period_end")}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="period_end" label={`With the period, on ${exactTime(end)}`} />
            <Radio value="now" label="Now; the rest of the period is lost" />
          </Stack>
        </Radio.Group>
        <Text size="sm">
          Then the default plan holds. What was used stays counted; keys, log and alerts stay as
          they are.
        </Text>
        <Refused fault={fault} title="Nothing was canceled" />
        <FormButtons
          doWords={
            at === "now" ? `Cancel ${plan.name} now` : `Cancel ${plan.name} on ${fullDay(end)}`
          }
          leaveWords={`Keep ${plan.name}`}
          isBusy={isBusy}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

function Nothing() {
  return <Text size="sm">There is no subscription: the default plan holds.</Text>;
}
