/** The rates of a price by kind of use, with the steps of a rate that rises with the size of the request. */
import { Button, CloseButton, Select, Stack, Text, TextInput } from "@mantine/core";
import { BUCKETS, tokenSide } from "../../../../src/core/usage.ts";
import { nextRow, type RateDraft, type TierDraft } from "./price-draft.ts";
import type { PriceForm } from "./price-fields.tsx";
import classes from "./prices.module.css";
import { BUCKET_CHOICES, bucketWords, unitOf } from "./rate-words.ts";

export function RateFields({ form }: { readonly form: PriceForm }) {
  const { draft, change, errorAt } = form;
  const { rates } = draft;
  const unused = BUCKETS.find((bucket) => rates.every((rate) => rate.bucket !== bucket));
  return (
    <Stack gap="xs" component="fieldset" style={{ border: "none", padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600}>
        Rates
      </Text>
      {errorAt("rates") === undefined ? null : (
        <Text size="xs" fw={600} role="alert">
          {errorAt("rates")}
        </Text>
      )}
      {rates.map((rate) => (
        <RateRow
          key={rate.row}
          rate={rate}
          error={errorAt(`rates.${rate.bucket}`)}
          change={(changes) =>
            change({
              rates: rates.map((one) => (one.row === rate.row ? { ...one, ...changes } : one)),
            })
          }
          remove={() => change({ rates: rates.filter(({ row }) => row !== rate.row) })}
        />
      ))}
      {unused === undefined ? null : (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() =>
            change({
              rates: [...rates, { row: nextRow(rates), bucket: unused, base: "", tiers: [] }],
            })
          }
        >
          Add a rate
        </Button>
      )}
      <Text size="xs" c="dimmed">
        A kind of token that is not named is charged like the nearest that is; anything beside
        tokens costs the provider's fees, or nothing. 0 means free.
      </Text>
    </Stack>
  );
}

function RateRow({
  rate,
  error,
  change,
  remove,
}: {
  readonly rate: RateDraft;
  readonly error: string | undefined;
  readonly change: (changes: Partial<RateDraft>) => void;
  readonly remove: () => void;
}) {
  const { bucket, base, tiers } = rate;
  const words = bucketWords(bucket);
  const addStep = () => change({ tiers: [...tiers, { row: nextRow(tiers), above: "", rate: "" }] });
  return (
    <div>
      <div className={classes["rate"]}>
        <Select
          label="Of"
          size="xs"
          data={BUCKET_CHOICES}
          value={bucket}
          searchable
          allowDeselect={false}
          onChange={(value) => change({ bucket: BUCKETS.find((one) => one === value) ?? bucket })}
        />
        <TextInput
          label={`$ ${unitOf(bucket)}`}
          aria-label={`${words}, dollars ${unitOf(bucket)}`}
          size="xs"
          inputMode="decimal"
          value={base}
          error={error !== undefined}
          onChange={(event) => change({ base: event.currentTarget.value })}
        />
        {tokenSide(bucket) === "none" ? (
          <span />
        ) : (
          <Button
            variant="subtle"
            size="xs"
            onClick={addStep}
            aria-label={`Add a step to ${words}`}
            title="A rate for requests with more input tokens than that"
          >
            + Step
          </Button>
        )}
        <CloseButton aria-label={`Take ${words} out`} onClick={remove} />
      </div>
      {tiers.map((tier) => (
        <TierRow
          key={tier.row}
          tier={tier}
          of={words}
          change={(changes) =>
            change({
              tiers: tiers.map((one) => (one.row === tier.row ? { ...one, ...changes } : one)),
            })
          }
          remove={() => change({ tiers: tiers.filter(({ row }) => row !== tier.row) })}
        />
      ))}
      {error === undefined ? null : (
        <Text size="xs" fw={600} role="alert" mt={4}>
          {words}: {error}
        </Text>
      )}
    </div>
  );
}

function TierRow({
  tier,
  of,
  change,
  remove,
}: {
  readonly tier: TierDraft;
  readonly of: string;
  readonly change: (changes: Partial<TierDraft>) => void;
  readonly remove: () => void;
}) {
  return (
    <div className={classes["tier"]}>
      <TextInput
        label="Above input tokens"
        size="xs"
        inputMode="numeric"
        value={tier.above}
        onChange={(event) => change({ above: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="$ a million"
        aria-label={`${of} above ${tier.above}, dollars a million`}
        size="xs"
        inputMode="decimal"
        value={tier.rate}
        onChange={(event) => change({ rate: event.currentTarget.value })}
      />
      <span />
      <CloseButton aria-label={`Take the step of ${of} out`} onClick={remove} />
    </div>
  );
}
