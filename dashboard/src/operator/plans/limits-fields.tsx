/** The limits of a plan as rows that can be added, changed and taken out. */
import { Button, CloseButton, Select, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { WINDOWS } from "../../../../src/core/limits/limit.ts";
import { METERS } from "../../../../src/core/usage.ts";
import { Card } from "../../parts/page.tsx";
import { type LimitDraft, METER_CHOICES, newLimit, WINDOW_CHOICES } from "./plan-draft.ts";
import classes from "./plans.module.css";
import type { PlanForm } from "./use-plan-form.ts";

export function LimitsFields({ form }: { readonly form: PlanForm }) {
  const { draft, change } = form;
  const { limits } = draft;
  const replace = (row: number, changes: Partial<LimitDraft>) =>
    change({ limits: limits.map((one) => (one.row === row ? { ...one, ...changes } : one)) });
  return (
    <Card
      title="Limits"
      aside={
        <Button
          variant="default"
          size="xs"
          onClick={() => change({ limits: [newLimit(limits), ...limits] })}
        >
          Add a limit
        </Button>
      }
    >
      {limits.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: every included provider is unlimited.
        </Text>
      ) : null}
      {limits.map((limit, at) => (
        <LimitFields
          key={limit.row}
          limit={limit}
          at={at}
          errorAt={form.errorAt}
          change={(changes) => replace(limit.row, changes)}
          remove={() => change({ limits: limits.filter(({ row }) => row !== limit.row) })}
        />
      ))}
    </Card>
  );
}

interface LimitParts {
  readonly limit: LimitDraft;
  readonly at: number;
  readonly errorAt: PlanForm["errorAt"];
  readonly change: (changes: Partial<LimitDraft>) => void;
}

function LimitFields(parts: LimitParts & { readonly remove: () => void }) {
  const { at, errorAt, remove } = parts;
  const error = errorAt(`limits[${at}]`);
  return (
    <fieldset className={classes["limit"]}>
      <VisuallyHidden component="legend">Limit {at + 1}</VisuallyHidden>
      <AmountFields {...parts} />
      <ScopeFields {...parts} />
      <CloseButton
        className={classes["remove"]}
        aria-label={`Take limit ${at + 1} out`}
        title="Take it out"
        onClick={remove}
      />
      {error === undefined ? null : (
        <Text size="xs" fw={600} role="alert" className={classes["whole"]}>
          {error}
        </Text>
      )}
    </fieldset>
  );
}

function AmountFields({ limit, at, errorAt, change }: LimitParts) {
  return (
    <>
      <TextInput
        size="xs"
        label={limit.meter === "cost" ? "At most, in dollars" : "At most"}
        placeholder="A number, or unlimited"
        value={limit.max}
        error={errorAt(`limits[${at}].max`)}
        onChange={(event) => change({ max: event.currentTarget.value })}
      />
      <Select
        size="xs"
        label="Of"
        data={METER_CHOICES}
        value={limit.meter}
        allowDeselect={false}
        onChange={(meter) => change({ meter: METERS.find((one) => one === meter) ?? limit.meter })}
      />
      <Select
        size="xs"
        label="In each"
        data={WINDOW_CHOICES}
        value={limit.per}
        allowDeselect={false}
        onChange={(per) => change({ per: WINDOWS.find((one) => one === per) ?? limit.per })}
      />
      <Select
        size="xs"
        label="When reached"
        data={[
          { value: "deny", label: "Refuse calls" },
          { value: "allow", label: "Alert and go on" },
        ]}
        value={limit.atCap}
        allowDeselect={false}
        onChange={(atCap) => change({ atCap: atCap === "allow" ? "allow" : "deny" })}
      />
    </>
  );
}

function ScopeFields({ limit, at, errorAt, change }: LimitParts) {
  const field = (name: "provider" | "model" | "operation") => ({
    size: "xs" as const,
    placeholder: "All",
    value: limit[name],
    error: errorAt(`limits[${at}].${name}`),
    onChange: (event: { currentTarget: { value: string } }) =>
      change({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <TextInput label="Provider" {...field("provider")} />
      <TextInput label="Model" {...field("model")} />
      <TextInput label="Operation" {...field("operation")} />
      <TextInput
        size="xs"
        label="Alert at (%)"
        placeholder="As the plan"
        value={limit.alertAt}
        error={errorAt(`limits[${at}].alert_at`)}
        onChange={(event) => change({ alertAt: event.currentTarget.value })}
      />
    </>
  );
}
