/** Chooses another plan or cycle for a customer: what changes and what it comes to first, then the change. */
import { Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { ChangePreview, LimitChanges } from "../../customer/plan/change-preview.tsx";
import { previewQuery, subscriptionQuery } from "../../customer/plan/plan-queries.ts";
import { fullDay } from "../../parts/format.ts";
import { Refused } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { type OfferedPlan, plansQuery } from "./customer-queries.ts";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { useDeed } from "./use-deed.ts";
import { priceWords } from "./who-card.tsx";

type Cycle = "monthly" | "yearly";
type When = "now" | "period_end";

interface Wish {
  readonly planId: number | null;
  readonly cycle: Cycle;
  readonly when: When;
}

export function ChangePlanForm(parts: FormParts) {
  const { customer, onClose, onDone } = parts;
  const { subscription, plan: present } = customer;
  const { data: plans = [] } = useQuery(plansQuery);
  const [wish, setWish] = useState<Wish>({
    planId: null,
    cycle: subscription?.billing_cycle ?? "monthly",
    when: "now",
  });
  const chosen = plans.find(({ id }) => id === wish.planId);
  // One that begins has no period to wait for.
  const begins = subscription === null || subscription.status === "expired";
  const when = begins ? "now" : wish.when;
  const { submit, isBusy, fault } = useDeed({
    id: customer.id,
    act: () =>
      client.changePlan(customer.id, {
        plan_id: wish.planId ?? present.id,
        billing_cycle: wish.cycle,
        when,
      }),
    onDone,
    words: (change) => doneWords(chosen?.name ?? "The plan", when, change.effective_at),
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <Choices
          wish={wish}
          change={setWish}
          plans={plans}
          presentId={subscription?.plan.id ?? null}
          day={begins ? null : fullDay(subscription.current_period_end)}
        />
        {chosen === undefined ? (
          <Text size="sm" c="dimmed">
            Choose a plan to see what it changes and what it comes to. Nothing happens before you
            confirm it.
          </Text>
        ) : (
          <WhatChanges id={customer.id} chosen={chosen} cycle={wish.cycle} when={when} />
        )}
        <Refused fault={fault} title="Nothing was changed" />
        <FormButtons
          doWords={chosen === undefined ? "Change" : `Change to ${chosen.name}`}
          leaveWords={`Keep ${subscription?.plan.name ?? present.name}`}
          isBusy={isBusy}
          isReady={chosen !== undefined}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

function doneWords(name: string, when: When, at: string): string {
  return when === "now" ? `${name} holds now.` : `${name} holds from ${fullDay(at)} on.`;
}

function WhatChanges({
  id,
  chosen,
  cycle,
  when,
}: {
  readonly id: string;
  readonly chosen: OfferedPlan;
  readonly cycle: Cycle;
  readonly when: When;
}) {
  const { data: own } = useQuery(subscriptionQuery(id));
  const preview = useQuery(previewQuery(id, { planId: chosen.id, cycle, when }));
  return (
    <>
      {own === undefined ? null : <LimitChanges from={own} to={chosen} />}
      <Await query={preview} height={150}>
        {(change) => <ChangePreview change={change} isOwn={false} when={when} />}
      </Await>
    </>
  );
}

function Choices({
  wish,
  change,
  plans,
  presentId,
  day,
}: {
  readonly wish: Wish;
  readonly change: (wish: Wish) => void;
  readonly plans: readonly OfferedPlan[];
  /** null: there is no subscription. */
  readonly presentId: number | null;
  /** When the period ends; null: the change can only be now. */
  readonly day: string | null;
}) {
  return (
    <>
      <Select
        label="Plan"
        placeholder="Choose a plan"
        data={plans.map((plan) => ({
          value: String(plan.id),
          label: labelOf(plan, wish.cycle, presentId),
        }))}
        value={wish.planId === null ? null : String(wish.planId)}
        onChange={(id) => change({ ...wish, planId: id === null ? null : Number(id) })}
        data-autofocus
      />
      <Group gap="md">
        <SegmentedControl
          aria-label="Paid"
          data={[
            { value: "monthly", label: "Monthly" },
            { value: "yearly", label: "Yearly" },
          ]}
          value={wish.cycle}
          onChange={(cycle) =>
            change({ ...wish, cycle: cycle === "yearly" ? "yearly" : "monthly" })
          }
        />
        {day === null ? null : (
          <SegmentedControl
            aria-label="When"
            data={[
              { value: "now", label: "Now" },
              { value: "period_end", label: `On ${day}` },
            ]}
            value={wish.when}
            onChange={(when) => change({ ...wish, when: when === "now" ? "now" : "period_end" })}
          />
        )}
      </Group>
    </>
  );
}

function labelOf(plan: OfferedPlan, cycle: Cycle, presentId: number | null): string {
  const marks = [...(plan.id === presentId ? ["now"] : []), ...(plan.hidden ? ["hidden"] : [])];
  const mark = marks.length === 0 ? "" : ` (${marks.join(", ")})`;
  return `${plan.name}, ${priceWords(plan, cycle)}${mark}`;
}
