/** Of which model a price is, from when it holds, and where it is from. */
import { Autocomplete, TextInput } from "@mantine/core";
import { useState } from "react";
import type { PriceDraft } from "./price-draft.ts";
import classes from "./prices.module.css";

export interface PriceForm {
  readonly draft: PriceDraft;
  readonly change: (changes: Partial<PriceDraft>) => void;
  readonly errorAt: (field: string) => string | undefined;
}

export function PriceFields({
  form: { draft, change, errorAt },
  providers,
}: {
  readonly form: PriceForm;
  readonly providers: readonly string[];
}) {
  const [isBlank] = useState(draft.provider === "");
  const field = (name: "model" | "from" | "source" | "description") => ({
    value: draft[name],
    error: errorAt(name),
    onChange: (event: { currentTarget: { value: string } }) =>
      change({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <div className={classes["fields"]}>
        <Autocomplete
          label="Provider"
          description="Such as openai"
          data={[...providers]}
          value={draft.provider}
          error={errorAt("provider")}
          onChange={(provider) => change({ provider })}
          data-autofocus={isBlank || undefined}
        />
        <TextInput
          label="Model"
          description="* for unknown ones; fees for all"
          {...field("model")}
        />
        <TextInput
          label="From"
          type="date"
          description="Midnight UTC; empty for now on"
          {...field("from")}
        />
      </div>
      <TextInput
        label="Source"
        description="Where the price is from: the provider's page, a contract"
        required
        withAsterisk={false}
        data-autofocus={!isBlank || undefined}
        {...field("source")}
      />
      <TextInput label="Description" {...field("description")} />
    </>
  );
}
