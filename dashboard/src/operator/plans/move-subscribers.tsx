/** Moves the subscribers of an older version to the newest: how many and what changes for them first. */
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { countOf } from "../../../../src/core/amount-words.ts";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { Lines } from "./change-card.tsx";
import { linesBetween, lineWords } from "./plan-changes.ts";
import { type AdminPlan, type PlanVersionRow, plansChanged } from "./plan-queries.ts";

type When = "now" | "period_end";

interface MoveParts {
  readonly plan: AdminPlan;
  readonly versions: readonly PlanVersionRow[];
  readonly onClose: () => void;
  readonly onMoved: (words: string) => void;
}

/** `from` null: nobody asked. */
export function MoveSubscribers({
  from,
  ...parts
}: MoveParts & { readonly from: PlanVersionRow | null }) {
  const isOpen = from !== null && from.version !== parts.plan.version;
  return (
    <Dialog
      title={`Move subscribers to version ${parts.plan.version} of ${parts.plan.name}`}
      isOpen={isOpen}
      onClose={parts.onClose}
      size="lg"
    >
      {isOpen ? <MoveForm from={from} {...parts} /> : null}
    </Dialog>
  );
}

function MoveForm({
  plan,
  versions,
  from,
  onClose,
  onMoved,
}: MoveParts & { readonly from: PlanVersionRow }) {
  const [when, setWhen] = useState<When>("period_end");
  const moving = useMutation({
    mutationFn: () =>
      client.admin.migrateSubscribers(plan.slug, { from_version: from.version, when }),
    onSuccess: async ({ migrated }) => {
      await plansChanged();
      onMoved(movedWords(migrated, when, plan));
      onClose();
    },
  });
  const newest = versions.find(({ version }) => version === plan.version);
  const who = countOf(from.subscribers, "subscriber");
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        moving.mutate();
      }}
    >
      <Stack>
        <Text size="sm">
          {who} of version {from.version}. What they used so far still counts.
        </Text>
        <Lines
          title="What changes for them"
          of={newest === undefined ? [] : linesBetween(from, newest).map(lineWords)}
        />
        <WhenChoice when={when} setWhen={setWhen} />
        <Refused fault={moving.error} title="They were not all moved; ask again to move the rest" />
        <Group>
          <Button type="submit" loading={moving.isPending} disabled={from.subscribers === 0}>
            {when === "now" ? `Move ${who} now` : `Move ${who} at their period's end`}
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave them
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function WhenChoice({
  when,
  setWhen,
}: {
  readonly when: When;
  readonly setWhen: (when: When) => void;
}) {
  return (
    <Radio.Group
      label="When"
      value={when}
      onChange={(value) => setWhen(value === "now" ? "now" : "period_end")}
    >
      <Stack gap={6} mt={6}>
        <Radio
          value="period_end"
          label="At the end of each one's billing period"
          description="Who has another change scheduled for then is left out"
        />
        <Radio
          value="now"
          label="Now"
          description="Limits and features hold from the next call on"
        />
      </Stack>
    </Radio.Group>
  );
}

function movedWords(migrated: number, when: When, plan: AdminPlan): string {
  const who = countOf(migrated, "subscriber");
  if (migrated === 0) return "Nobody had to be moved.";
  return when === "now"
    ? `${who} moved to version ${plan.version}.`
    : `${who} will move to version ${plan.version} at the end of the billing period.`;
}
