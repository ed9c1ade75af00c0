/** What saving a plan does, before it is done: what is to be mended, what changes, and for whom. */
import { Alert, Button, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Card } from "../../parts/page.tsx";
import { Refused } from "../../parts/said.tsx";
import classes from "./plans.module.css";
import type { PlanForm } from "./use-plan-form.ts";

export function ChangeCard({
  form,
  title,
  isChanged,
  saveWords,
  isBusy,
  fault,
  children,
}: {
  readonly form: PlanForm;
  readonly title: string;
  readonly isChanged: boolean;
  readonly saveWords: string;
  readonly isBusy: boolean;
  readonly fault: Error | null;
  readonly children: ReactNode;
}) {
  const { errors } = form.checked;
  return (
    <Card title={title}>
      <Stack gap="sm">
        {children}
        {isChanged && errors.size > 0 ? <Mends errors={errors} /> : null}
        <Refused fault={fault} title="It was not saved" />
        <Button type="submit" loading={isBusy} disabled={!isChanged} fullWidth>
          {saveWords}
        </Button>
      </Stack>
    </Card>
  );
}

function Mends({ errors }: { readonly errors: ReadonlyMap<string, string> }) {
  return (
    <Alert color="gray" variant="light" py="xs" title="To be filled in or mended first">
      <ul className={classes["lines"]}>
        {[...errors].map(([field, mend]) => (
          <li key={field}>
            <b>{fieldWords(field)}</b>: {mend}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** `limits[2].max` is `Limit 3, at most`. */
function fieldWords(field: string): string {
  const [, at, part] = /^limits\[(\d+)\](?:\.(.*))?$/.exec(field) ?? [];
  const words = (name: string) => FIELD_WORDS[name] ?? name.replaceAll("_", " ");
  if (at === undefined) return words(field) || "The plan";
  return `Limit ${Number(at) + 1}${part === undefined ? "" : `, ${words(part).toLowerCase()}`}`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  id: "Id",
  name: "Name",
  tier: "Tier",
  "price.monthly": "Price a month",
  "price.yearly": "Price a year",
  description: "Description",
  features: "Features",
  switches: "Switches",
  providers: "Providers",
  alert_at: "Alert at",
  max: "At most",
};

/** Lines under a small heading; nothing where there are none. */
export function Lines({ title, of }: { readonly title: string; readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
      </Text>
      <ul className={classes["lines"]}>
        {of.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
