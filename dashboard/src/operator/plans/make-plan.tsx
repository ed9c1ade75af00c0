/** Writes a new plan, from nothing or from what another one says. */
import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import type { PlanDefinition } from "../../../../src/core/plans/plan.ts";
import { planToJson } from "../../../../src/core/plans/plan-json.ts";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Page } from "../../parts/page.tsx";
import { ChangeCard, Lines } from "./change-card.tsx";
import { limitLines } from "./limit-lines.ts";
import { draftOf, EMPTY_DRAFT, type PlanDraft } from "./plan-draft.ts";
import { PlanFormView } from "./plan-form-view.tsx";
import { type AdminPlan, definitionOf, plansChanged } from "./plan-queries.ts";
import { usePlanForm } from "./use-plan-form.ts";

export function MakePlan({ like }: { readonly like: AdminPlan | null }) {
  const navigate = useNavigate();
  const isSaved = useRef(false);
  const first = firstDraft(like);
  const making = useMutation({
    mutationFn: (definition: PlanDefinition) => client.admin.createPlan(planToJson(definition)),
    onSuccess: async ({ slug }) => {
      isSaved.current = true;
      await plansChanged();
      await navigate({ to: "/plans", search: { plan: slug } });
    },
  });
  const form = usePlanForm(first, making.error, making.reset);
  const { definition } = form.checked;
  const isWritten = JSON.stringify(form.draft) !== JSON.stringify(first);
  return (
    <Page
      title={like === null ? "New plan" : `New plan like ${like.name}`}
      subtitle={
        <PageLink to="//plans" size="sm">
          All plans
        </PageLink>
      }
    >
      <PlanFormView
        form={form}
        isNew
        isUnsaved={isWritten}
        isSaved={isSaved}
        onSubmit={() => {
          if (definition !== null) making.mutate(definition);
        }}
        aside={
          <ChangeCard
            form={form}
            title="What you make"
            isChanged={isWritten}
            saveWords="Make the plan"
            isBusy={making.isPending}
            fault={making.error}
          >
            <WhatIsMade definition={definition} />
          </ChangeCard>
        }
      />
    </Page>
  );
}

function WhatIsMade({ definition }: { readonly definition: PlanDefinition | null }) {
  if (definition === null) {
    return (
      <Text size="sm" c="dimmed">
        Fill in the form; what the plan says is then read here before it is made.
      </Text>
    );
  }
  const { name, hidden, limits } = definition;
  return (
    <>
      <Lines
        title={name}
        of={[
          hidden
            ? "Hidden: customers are not offered it, you put them on it."
            : "Customers are offered it as soon as it is made.",
          "Nobody subscribes to it yet.",
        ]}
      />
      <Lines
        title="Limits"
        of={limits.length === 0 ? ["None: everything is unlimited."] : limitLines(limits)}
      />
    </>
  );
}

function firstDraft(like: AdminPlan | null): PlanDraft {
  if (like === null) return EMPTY_DRAFT;
  return { ...draftOf(definitionOf(like)), id: "", name: "" };
}
