/** Edits a plan: what would change and for whom stands beside the form before a new version is made. */
import { Alert, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { PlanDefinition } from "../../../../src/core/plans/plan.ts";
import { planToJson } from "../../../../src/core/plans/plan-json.ts";
import { client } from "../../app/client.ts";
import { ChangeCard, Lines } from "./change-card.tsx";
import { affectedLines, changeLines, lineWords, makesVersion } from "./plan-changes.ts";
import { draftOf } from "./plan-draft.ts";
import { PlanFormView } from "./plan-form-view.tsx";
import {
  type AdminPlan,
  definitionOf,
  isDefaultPlan,
  plansChanged,
  withoutSubscriptionQuery,
} from "./plan-queries.ts";
import { usePlanForm } from "./use-plan-form.ts";

export function EditPlan({
  plan,
  plans,
  onSaved,
}: {
  readonly plan: AdminPlan;
  readonly plans: readonly AdminPlan[];
  readonly onSaved: (words: string) => void;
}) {
  const isSaved = useRef(false);
  const [begunFrom] = useState(plan.version);
  const present = definitionOf(plan);
  const saving = useMutation({
    mutationFn: (definition: PlanDefinition) =>
      client.admin.editPlan(plan.slug, planToJson(definition)),
    onSuccess: async ({ plan: saved }) => {
      isSaved.current = true;
      await plansChanged();
      onSaved(savedWords(plan, saved));
    },
  });
  const form = usePlanForm(draftOf(present), saving.error, saving.reset);
  const { definition } = form.checked;
  const lines = definition === null ? [] : changeLines(present, definition);
  const isChanged = definition === null || lines.length > 0;
  return (
    <PlanFormView
      form={form}
      isNew={false}
      isUnsaved={isChanged}
      isSaved={isSaved}
      onSubmit={() => {
        if (definition !== null) saving.mutate(definition);
      }}
      aside={
        <ChangeCard
          form={form}
          title="What changes"
          isChanged={isChanged}
          saveWords={makesVersion(lines) ? `Save as version ${plan.version + 1}` : "Save"}
          isBusy={saving.isPending}
          fault={saving.error}
        >
          {plan.version === begunFrom || saving.isPending ? null : <Meanwhile plan={plan} />}
          <WhatChanges plan={plan} plans={plans} lines={lines} isRight={definition !== null} />
        </ChangeCard>
      }
    />
  );
}

function WhatChanges({
  plan,
  plans,
  lines,
  isRight,
}: {
  readonly plan: AdminPlan;
  readonly plans: readonly AdminPlan[];
  readonly lines: readonly string[];
  readonly isRight: boolean;
}) {
  const isDefault = isDefaultPlan(plan, plans);
  const { data: without } = useQuery({ ...withoutSubscriptionQuery, enabled: isDefault });
  if (isRight && lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing yet. What you change in the form is listed here, with who is affected.
      </Text>
    );
  }
  return (
    <>
      <Lines title="The plan" of={lines.map(lineWords)} />
      <Lines title="Who is affected" of={affectedLines({ plan, lines, isDefault, without })} />
    </>
  );
}

function Meanwhile({ plan }: { readonly plan: AdminPlan }) {
  return (
    <Alert color="gray" variant="light" py="xs" role="status">
      Version {plan.version} was made meanwhile. What changes is told against it.
    </Alert>
  );
}

function savedWords(before: AdminPlan, after: AdminPlan): string {
  if (after.version !== before.version) {
    return `Saved as version ${after.version} of ${after.name}.`;
  }
  if (after.hidden !== before.hidden) {
    return after.hidden ? `${after.name} is hidden.` : `${after.name} is offered again.`;
  }
  return "Nothing changed, so no version was made.";
}
