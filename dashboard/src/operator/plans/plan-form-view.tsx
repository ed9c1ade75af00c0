/** A plan's form with what it changes beside it, and the guard against leaving it unsaved. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode, RefObject } from "react";
import { Dialog } from "../../parts/dialog.tsx";
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
      <LeavingGuard isUnsaved={isUnsaved} isSaved={isSaved} />
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

function LeavingGuard({
  isUnsaved,
  isSaved,
}: {
  readonly isUnsaved: boolean;
  readonly isSaved: RefObject<boolean>;
}) {
  const blocked = useBlocker({
    shouldBlockFn: () => isUnsaved && !isSaved.current,
    enableBeforeUnload: () => isUnsaved && !isSaved.current,
    withResolver: true,
  });
  if (blocked.status !== "blocked") return null;
  return (
    <Dialog title="Leave without saving?" isOpen onClose={blocked.reset}>
      <Text size="sm" mb="md">
        What you wrote here is then gone. The plan stays as it was.
      </Text>
      <Group>
        <Button variant="default" onClick={blocked.reset} data-autofocus>
          Stay
        </Button>
        <Button variant="default" onClick={blocked.proceed}>
          Leave
        </Button>
      </Group>
    </Dialog>
  );
}
