/** Says what another plan changes and comes to, before it is chosen; then chooses it. */
import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { fullDay } from "../../parts/format.ts";
import { Await } from "../../parts/states.tsx";
import { ChangePreview, LimitChanges } from "./change-preview.tsx";
import { cycleOf } from "./compare-plans.tsx";
import { PaymentAnswer } from "./payment-answer.tsx";
import {
  type Cycle,
  type OfferedPlan,
  type OwnSubscription,
  previewQuery,
  type Subscription,
  type WantedChange,
  type When,
} from "./plan-queries.ts";
import { changedWords } from "./plan-words.ts";
import { useSubscriptionAction } from "./use-subscription-action.ts";

interface Parts {
  readonly own: OwnSubscription;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function ChangeDialog({
  chosen,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly chosen: OfferedPlan | null;
}) {
  return (
    <Dialog
      title={chosen === null ? "Change plan" : `Change to ${chosen.name}`}
      isOpen={chosen !== null}
      onClose={parts.onClose}
      size="lg"
    >
      {chosen === null ? null : <ChangeForm chosen={chosen} {...parts} />}
    </Dialog>
  );
}

function ChangeForm({ chosen, own, onClose, onDone }: Parts & { readonly chosen: OfferedPlan }) {
  const { userId, isOwn } = useSubject();
  const [{ cycle: asked }, changeAddress] = useAddress();
  const [when, setWhen] = useState<When>("now");
  const { subscription } = own;
  const cycle = cycleOf(asked) ?? subscription?.billing_cycle ?? "monthly";
  const begins = subscription === null || subscription.status === "expired";
  const wanted = { planId: chosen.id, cycle, when: begins ? "now" : when } as const;
  const preview = useQuery(previewQuery(userId, wanted));
  const changing = useSubscriptionAction(
    (_, change: WantedChange) => choose(userId, change, begins),
    (after) => onDone(changedWords(subscription, after)),
  );
  const day = subscription === null ? "" : fullDay(subscription.current_period_end);
  return (
    <Stack>
      <Choices
        cycle={cycle}
        when={begins ? null : when}
        day={day}
        onCycle={(value) => changeAddress({ cycle: value })}
        onWhen={setWhen}
      />
      <LimitChanges from={own} to={chosen} />
      <Await query={preview} height={150}>
        {(change) => <ChangePreview change={change} isOwn={isOwn} when={wanted.when} />}
      </Await>
      <PaymentAnswer fault={changing.error} planName={chosen.name} />
      <Group>
        <Button
          onClick={() => changing.mutate(wanted)}
          loading={changing.isPending}
          disabled={preview.data === undefined}
        >
          {wanted.when === "now"
            ? `Change to ${chosen.name} now`
            : `Change to ${chosen.name} on ${day}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Stay on {own.plan.name}
        </Button>
      </Group>
    </Stack>
  );
}

/** Whoever has no subscription begins one; the answer to that has less in it, so it is read anew. */
async function choose(
  userId: string,
  { planId, cycle, when }: WantedChange,
  begins: boolean,
): Promise<Subscription | null> {
  const body = { plan_id: planId, billing_cycle: cycle };
  if (!begins) return (await client.changePlan(userId, { ...body, when })).subscription;
  await client.subscribe(userId, body);
  return (await client.subscription(userId)).subscription;
}

function Choices({
  cycle,
  when,
  day,
  onCycle,
  onWhen,
}: {
  readonly cycle: Cycle;
  /** null: it begins now, whatever is chosen. */
  readonly when: When | null;
  readonly day: string;
  readonly onCycle: (cycle: string) => void;
  readonly onWhen: (when: When) => void;
}) {
  return (
    <Group gap="lg">
      <Choice
        label="Billed"
        data={[
          { value: "monthly", label: "Monthly" },
          { value: "yearly", label: "Yearly" },
        ]}
        value={cycle}
        onChange={onCycle}
      />
      {when === null ? null : (
        <Choice
          label="From"
          data={[
            { value: "now", label: "Now" },
            { value: "period_end", label: `The period's end, ${day}` },
          ]}
          value={when}
          onChange={(value) => onWhen(value === "now" ? "now" : "period_end")}
        />
      )}
    </Group>
  );
}

function Choice({
  label,
  ...control
}: {
  readonly label: string;
  readonly data: { value: string; label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      <SegmentedControl aria-label={label} {...control} />
    </div>
  );
}
