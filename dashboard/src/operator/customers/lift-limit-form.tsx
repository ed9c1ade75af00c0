/** Gives one limit of a customer's plan another cap until a time. */
import { Checkbox, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { exactly, fullDay, money, TIME_ZONE } from "../../parts/format.ts";
import { limitAmount, limitName, windowWords } from "../../parts/limit-words.ts";
import { Refused } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { type LimitUse, limitsQuery } from "./customer-queries.ts";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { capWords } from "./lifts-card.tsx";
import { useDeed } from "./use-deed.ts";

export function LiftLimitForm(parts: FormParts) {
  const query = useQuery(limitsQuery(parts.customer.id));
  return (
    <Await query={query} height={260}>
      {({ limits }) => {
        const ofPlan = limits.filter((each) => each.of === "plan");
        const [fullest] = ofPlan.toSorted((one, other) => other.percent - one.percent);
        return fullest === undefined ? (
          <Text size="sm">Nothing is limited on this plan, so there is nothing to lift.</Text>
        ) : (
          <Form {...parts} limits={ofPlan} fullest={fullest} />
        );
      }}
    </Await>
  );
}

interface Wish {
  readonly place: number;
  readonly max: number | string;
  readonly isUnlimited: boolean;
  /** A day of the reader's zone; the lift ends as it begins. */
  readonly day: string;
  readonly reason: string;
}

const WEEK_MS = 7 * 86_400_000;

function Form({
  customer: { id },
  limits,
  fullest,
  onClose,
  onDone,
}: FormParts & { readonly limits: readonly LimitUse[]; readonly fullest: LimitUse }) {
  const [wish, setWish] = useState<Wish>({
    place: limits.indexOf(fullest),
    max: fullest.max * 2,
    isUnlimited: false,
    day: dayText(new Date(Date.now() + WEEK_MS)),
    reason: "",
  });
  const chosen = limits[wish.place] ?? fullest;
  const max = wish.isUnlimited ? "unlimited" : wish.max;
  const until = new Date(`${wish.day}T00:00:00`);
  const { submit, isBusy, fault } = useDeed({
    id,
    act: () =>
      client.admin.liftLimit(id, {
        limit: scopeOf(chosen),
        max,
        until: until.toISOString(),
        ...(wish.reason.trim() === "" ? {} : { reason: wish.reason.trim() }),
      }),
    onDone,
    words: (lift) =>
      `${limitName(lift.limit)}: ${capWords(lift.limit.meter, lift.max)} until ${fullDay(lift.until)}. Then the plan's own limit holds again.`,
  });
  const isReady =
    !Number.isNaN(until.getTime()) && (wish.isUnlimited || typeof wish.max === "number");
  return (
    <form onSubmit={submit}>
      <Stack>
        <Fields wish={wish} change={setWish} limits={limits} />
        <Text size="sm">
          {isReady ? sentenceOf(chosen, max, until) : "Say the new cap and the day."}
        </Text>
        <Refused fault={fault} title="Nothing was lifted" />
        <FormButtons
          doWords="Lift it"
          leaveWords="Lift nothing"
          isBusy={isBusy}
          isReady={isReady}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

function Fields({
  wish,
  change,
  limits,
}: {
  readonly wish: Wish;
  readonly change: (wish: Wish) => void;
  readonly limits: readonly LimitUse[];
}) {
  const isCost = limits[wish.place]?.limit.meter === "cost";
  return (
    <>
      <Select
        label="Limit"
        data={limits.map((use, place) => ({ value: String(place), label: optionOf(use) }))}
        value={String(wish.place)}
        onChange={(value) => {
          const place = Number(value);
          change({ ...wish, place, max: (limits[place]?.max ?? 0) * 2 });
        }}
        allowDeselect={false}
        searchable
      />
      <Group align="flex-end" grow>
        <NumberInput
          label={isCost ? "New cap in dollars" : "New cap"}
          value={wish.max}
          onChange={(max) => change({ ...wish, max })}
          min={0}
          decimalScale={isCost ? 9 : 0}
          thousandSeparator=","
          disabled={wish.isUnlimited}
          data-autofocus
        />
        <TextInput
          type="date"
          label={`Until this day begins (${TIME_ZONE})`}
          value={wish.day}
          onChange={({ currentTarget: { value } }) => change({ ...wish, day: value })}
          required
        />
      </Group>
      <Checkbox
        label="No limit until then"
        checked={wish.isUnlimited}
        onChange={({ currentTarget: { checked } }) => change({ ...wish, isUnlimited: checked })}
      />
      <TextInput
        label="Reason"
        description="For the audit log; may be left empty."
        value={wish.reason}
        maxLength={500}
        onChange={({ currentTarget: { value } }) => change({ ...wish, reason: value })}
      />
    </>
  );
}

/** `Gemini calls in a usage period: 800 of 5,000 calls`. */
function optionOf({ limit, used, max }: LimitUse): string {
  const so = limit.meter === "cost" ? money(used) : exactly(used);
  const amounts = `${so} of ${limitAmount(limit.meter, max)}`;
  return `${limitName(limit)} in ${windowWords(limit.per)}: ${amounts}`;
}

function sentenceOf({ limit, max }: LimitUse, to: number | string, until: Date): string {
  const cap = typeof to === "number" ? `up to ${limitAmount(limit.meter, to)}` : "without a limit";
  return `From now until ${fullDay(until)}: ${limitName(limit)} ${cap} in ${windowWords(limit.per)} instead of ${limitAmount(limit.meter, max)}. Then the plan's own limit holds again by itself; what was used stays counted.`;
}

function scopeOf({ limit: { meter, provider, model, operation, per } }: LimitUse) {
  return {
    meter,
    per,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
  };
}

/** As a date field writes it, in the reader's zone. */
function dayText(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
