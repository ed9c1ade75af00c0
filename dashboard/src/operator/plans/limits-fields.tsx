/** The limits of a plan as rows that can be added, changed and taken out. */
import {
  Autocomplete,
  Button,
  CloseButton,
  Select,
  Text,
  TextInput,
  VisuallyHidden,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { WINDOWS } from "../../../../src/core/limits/limit.ts";
import { METERS } from "../../../../src/core/usage.ts";
import { Card } from "../../parts/page.tsx";
import { type LimitDraft, METER_CHOICES, newLimit, WINDOW_CHOICES } from "./plan-draft.ts";
import { providersQuery } from "./plan-queries.ts";
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
          onClick={() => change({ limits: [...limits, newLimit(limits)] })}
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

/** What most limits say nothing of, and what a plan file calls it. */
const RARER = [
  { name: "model", field: "model", label: "Only of model", placeholder: "All" },
  { name: "operation", field: "operation", label: "Only of operation", placeholder: "All" },
  { name: "alertAt", field: "alert_at", label: "Alert at (%)", placeholder: "As the plan says" },
] as const;

function LimitFields(parts: LimitParts & { readonly remove: () => void }) {
  const { limit, at, errorAt, remove } = parts;
  const said = RARER.filter(({ name }) => limit[name] !== "").length;
  const [isOpen, setIsOpen] = useState(said > 0);
  const isWrong = RARER.some(({ field }) => errorAt(`limits[${at}].${field}`) !== undefined);
  const mend = errorAt(`limits[${at}]`);
  return (
    <fieldset className={classes["limit"]}>
      <VisuallyHidden component="legend">Limit {at + 1}</VisuallyHidden>
      <div className={classes["line"]}>
        <WhatFields {...parts} />
        <WhenFields {...parts} />
        <div className={classes["acts"]}>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-expanded={isOpen || isWrong}
            aria-label={`More of limit ${at + 1}`}
            onClick={() => setIsOpen(!isOpen)}
          >
            {said === 0 ? "More" : `More (${said})`}
          </Button>
          <CloseButton
            size="sm"
            aria-label={`Take limit ${at + 1} out`}
            title="Take it out"
            onClick={remove}
          />
        </div>
      </div>
      {isOpen || isWrong ? <MoreFields {...parts} /> : null}
      {mend === undefined ? null : (
        <Text size="xs" fw={600} role="alert" mt={4}>
          {mend}
        </Text>
      )}
    </fieldset>
  );
}

function WhatFields({ limit, at, errorAt, change }: LimitParts) {
  const { data } = useQuery(providersQuery);
  return (
    <>
      <TextInput
        size="xs"
        label="At most"
        placeholder="Or unlimited"
        leftSection={limit.meter === "cost" ? "$" : undefined}
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
      <Autocomplete
        size="xs"
        label="Provider"
        placeholder="All"
        data={(data?.providers ?? []).map(({ provider }) => provider)}
        value={limit.provider}
        error={errorAt(`limits[${at}].provider`)}
        onChange={(provider) => change({ provider })}
      />
    </>
  );
}

function WhenFields({ limit, change }: LimitParts) {
  return (
    <>
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
          { value: "deny", label: "Refuse" },
          { value: "allow", label: "Alert, go on" },
        ]}
        value={limit.atCap}
        allowDeselect={false}
        onChange={(atCap) => change({ atCap: atCap === "allow" ? "allow" : "deny" })}
      />
    </>
  );
}

function MoreFields({ limit, at, errorAt, change }: LimitParts) {
  return (
    <div className={classes["more"]}>
      {RARER.map(({ name, field, label, placeholder }) => (
        <TextInput
          key={name}
          size="xs"
          label={label}
          placeholder={placeholder}
          value={limit[name]}
          error={errorAt(`limits[${at}].${field}`)}
          onChange={(event) => change({ [name]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}
