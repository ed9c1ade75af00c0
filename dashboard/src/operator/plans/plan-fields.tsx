/** The fields of a plan: what it is and costs, what it offers, and how its limits hold. */
import {
  Checkbox,
  Radio,
  Select,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TIERS } from "../../../../src/core/plans/plan.ts";
import { Card } from "../../parts/page.tsx";
import { TIER_CHOICES } from "./plan-draft.ts";
import { providersQuery } from "./plan-queries.ts";
import classes from "./plans.module.css";
import type { PlanForm } from "./use-plan-form.ts";

export function NameFields({ form, isNew }: { readonly form: PlanForm; readonly isNew: boolean }) {
  const { draft, change, errorAt } = form;
  return (
    <Card title="What it is and costs">
      <Stack gap="sm">
        <div className={classes["fields"]}>
          <TextInput
            label="Id"
            description={isNew ? "Your short name for it, for good" : "It never changes"}
            value={draft.id}
            readOnly={!isNew}
            error={errorAt("id")}
            onChange={(event) => change({ id: event.currentTarget.value })}
          />
          <TextInput
            label="Name"
            description="As customers read it"
            value={draft.name}
            error={errorAt("name")}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <Select
            label="Tier"
            description="Plans may share one"
            data={TIER_CHOICES}
            value={draft.tier}
            error={errorAt("tier")}
            allowDeselect={false}
            onChange={(tier) => change({ tier: TIERS.find((one) => one === tier) ?? draft.tier })}
          />
          <PriceInput form={form} of="monthly" label="Price a month" />
          <PriceInput form={form} of="yearly" label="Price a year" />
        </div>
        <Textarea
          label="Description"
          autosize
          minRows={1}
          value={draft.description}
          error={errorAt("description")}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </Stack>
    </Card>
  );
}

function PriceInput({
  form: { draft, change, errorAt },
  of,
  label,
}: {
  readonly form: PlanForm;
  readonly of: "monthly" | "yearly";
  readonly label: string;
}) {
  return (
    <TextInput
      label={label}
      description="US dollars; 0 for none"
      inputMode="decimal"
      leftSection="$"
      value={draft[of]}
      error={errorAt(`price.${of}`) ?? errorAt("price")}
      onChange={(event) => change({ [of]: event.currentTarget.value })}
    />
  );
}

export function OfferFields({ form }: { readonly form: PlanForm }) {
  const { draft, change, errorAt } = form;
  return (
    <Card title="What it offers">
      <Stack gap="sm">
        <Textarea
          label="Features"
          description="Words for your price page, one a line"
          autosize
          minRows={2}
          value={draft.features}
          error={errorAt("features")}
          onChange={(event) => change({ features: event.currentTarget.value })}
        />
        <TagsInput
          label="Switches"
          description="Names that your application asks for, such as web_search. Enter adds one"
          value={[...draft.switches]}
          error={errorAt("switches")}
          onChange={(switches) => change({ switches })}
        />
        <ProviderFields form={form} />
      </Stack>
    </Card>
  );
}

function ProviderFields({ form: { draft, change, errorAt } }: { readonly form: PlanForm }) {
  const { data } = useQuery(providersQuery);
  const known = data?.providers ?? [];
  const titles = new Map(known.map(({ provider, title }) => [provider, title]));
  const titleOf = (provider: string): string => titles.get(provider) ?? provider;
  const offered = [...new Set([...titles.keys(), ...draft.providers])].sort((one, other) =>
    titleOf(one).localeCompare(titleOf(other)),
  );
  return (
    <>
      <Radio.Group
        label="Providers"
        description="A call to one that is not included is refused, and names the plan that has it"
        value={draft.hasAllProviders ? "all" : "listed"}
        error={draft.hasAllProviders ? errorAt("providers") : undefined}
        onChange={(value) => change({ hasAllProviders: value === "all" })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="all" label="All, later ones too" />
          <Radio value="listed" label="Only these" />
        </Stack>
      </Radio.Group>
      {draft.hasAllProviders ? null : (
        <Checkbox.Group
          aria-label="Included providers"
          value={[...draft.providers]}
          error={errorAt("providers")}
          onChange={(providers) => change({ providers })}
        >
          <div className={classes["fields"]}>
            {offered.map((provider) => (
              <Checkbox key={provider} value={provider} label={titleOf(provider)} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </>
  );
}

export function RuleFields({ form }: { readonly form: PlanForm }) {
  const { draft, change, errorAt } = form;
  return (
    <Card title="How limits hold">
      <Stack gap="sm">
        <Switch
          label="Cap outputs"
          description="Near a cap, a call gets a smaller output limit that still fits, where it would be refused"
          checked={draft.outputCapping}
          onChange={(event) => change({ outputCapping: event.currentTarget.checked })}
        />
        <Radio.Group
          label="What a running call holds"
          value={draft.holds}
          onChange={(holds) => change({ holds: holds === "expected" ? "expected" : "worst_case" })}
        >
          <Stack gap={6} mt={6}>
            <Radio
              value="worst_case"
              label="The most it can cost"
              description="A hard limit is never passed"
            />
            <Radio
              value="expected"
              label="What is expected of it"
              description="More calls run at once near a cap; one that goes over blocks the next"
            />
          </Stack>
        </Radio.Group>
        <TextInput
          label="Alert at"
          description="Percent of each limit, such as 50, 80, 100; none for no thresholds; empty for 80, 90 and 100"
          placeholder="80, 90, 100"
          value={draft.alertAt}
          error={errorAt("alert_at")}
          onChange={(event) => change({ alertAt: event.currentTarget.value })}
        />
        <Switch
          label="Hidden"
          description="Not offered to customers; you can still put somebody on it. Makes no version"
          checked={draft.hidden}
          onChange={(event) => change({ hidden: event.currentTarget.checked })}
        />
      </Stack>
    </Card>
  );
}
