/** A plan's form with what it changes beside it, and the guard against leaving it unsaved. */
import { Stack } from "@mantine/core";
import type { ReactNode, RefObject } from "react";
import { LeavingGuard } from "../../parts/leaving-guard.tsx";
import { LimitsFields } from "./limits-fields.tsx";
import { NameFields, OfferFields, RuleFields } from "./plan-fields.tsx";
import classes from "./plans.module.css";
import type { PlanForm } from "./use-plan-form.ts";

export function PlanFormView({
  form,
  isNew,
  isUnsaved,
  isSaved,
  onSubmit,
  aside,
}: {
  readonly form: PlanForm;
  readonly isNew: boolean;
  readonly isUnsaved: boolean;
  /** Set once it was saved, so that going on is not asked about. */
  readonly isSaved: RefObject<boolean>;
  readonly onSubmit: () => void;
  /** What saving it does, with the button. */
  readonly aside: ReactNode;
}) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.tellAll();
        if (form.checked.definition !== null) onSubmit();
      }}
    >
      <LeavingGuard
        isUnsaved={isUnsaved}
        mayLeave={isSaved}
        stays={isNew ? "No plan is made." : "The plan stays as it was."}
      />
      <div className={classes["columns"]}>
        <Stack gap="md">
          <NameFields form={form} isNew={isNew} />
          <LimitsFields form={form} />
          <OfferFields form={form} />
          <RuleFields form={form} />
        </Stack>
        <div className={classes["aside"]}>{aside}</div>
      </div>
    </form>
  );
}
