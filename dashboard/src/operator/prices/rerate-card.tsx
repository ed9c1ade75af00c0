/** Prices past calls again by the prices of today: what it would come to first, then the corrections. */
import { Autocomplete, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { countOf } from "../../../../src/core/amount-words.ts";
import { useAddress } from "../../app/address.ts";
import { exactly } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { Refused } from "../../parts/said.tsx";
import { nameAt, pricesChanged, pricesQuery } from "./price-queries.ts";
import classes from "./prices.module.css";
import { RerateResult } from "./rerate-result.tsx";
import { type RerateRun, type Selection, useRerate } from "./use-rerate.ts";

export function RerateCard() {
  const [address] = useAddress();
  const { provider, model } = nameAt(address["again"] ?? "");
  const { run, start, stop, forget } = useRerate(pricesChanged);
  const selection: Selection = {
    provider,
    ...(model === "" ? {} : { model }),
    ...(address["from"] === undefined ? {} : { from: address["from"] }),
    ...(address["to"] === undefined ? {} : { to: address["to"] }),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void start(selection, true);
  };
  const isRunning = run?.state === "running";
  return (
    <Card title="Price past calls again">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            Past calls are compared with the prices of today, as in force when each was made. The
            difference is appended as corrections; a call that costs what it should is left alone.
          </Text>
          <SelectionFields onChange={forget} isBusy={isRunning} />
          <Group>
            <Button
              type="submit"
              variant={run?.isDryRun === true ? "default" : "filled"}
              disabled={provider === "" || isRunning}
            >
              Dry run
            </Button>
            {isRunning ? (
              <Button variant="default" onClick={stop}>
                Stop
              </Button>
            ) : null}
          </Group>
        </Stack>
      </form>
      <Text size="sm" my="sm" role="status" className="figures">
        {run === null ? "A dry run changes nothing." : progressWords(run)}
      </Text>
      <Refused fault={run?.fault ?? null} title="It broke off; what was done stays, ask again" />
      {run === null ? null : (
        <RerateResult run={run} onCorrect={() => void start(selection, false)} />
      )}
    </Card>
  );
}

function progressWords({ state, isDryRun, sums }: RerateRun): string {
  const examined = countOf(sums.examined, "call");
  const done = isDryRun ? "would change" : "were corrected";
  switch (state) {
    case "running":
      return `${examined} looked at so far, ${exactly(sums.changed)} ${done}…`;
    case "done":
      if (sums.changed > 0) return `${examined} looked at, ${exactly(sums.changed)} ${done}.`;
      return `All of ${examined} cost what they should.`;
    case "stopped":
      return `Stopped after ${examined}; ${exactly(sums.changed)} ${done}.`;
    case "failed":
      return `Broke off after ${examined}; ${exactly(sums.changed)} ${done}.`;
  }
}

function SelectionFields({
  onChange,
  isBusy,
}: {
  readonly onChange: () => void;
  readonly isBusy: boolean;
}) {
  const [address, change] = useAddress();
  const { data: prices = [] } = useQuery(pricesQuery);
  const { provider, model } = nameAt(address["again"] ?? "");
  const set = (changes: Parameters<typeof change>[0]): void => {
    onChange();
    change(changes);
  };
  const rename = (name: string): void => set({ again: name.trim() === "" ? undefined : name });
  const models = prices.filter((row) => row.provider === provider).map((row) => row.model);
  const day = (name: "from" | "to", label: string, description: string) => (
    <TextInput
      type="date"
      label={label}
      description={description}
      value={address[name] ?? ""}
      disabled={isBusy}
      onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <div className={classes["fields"]}>
      <Autocomplete
        label="Provider"
        description="Whose calls"
        required
        withAsterisk={false}
        data={[...new Set(prices.map((row) => row.provider))]}
        value={provider}
        disabled={isBusy}
        onChange={(text) => rename(`${noSpaces(text)} ${model}`)}
      />
      <Autocomplete
        label="Model"
        description="Empty for all of them"
        data={[...new Set(models)]}
        value={model}
        disabled={isBusy}
        onChange={(text) => rename(`${provider} ${noSpaces(text)}`)}
      />
      {day("from", "From", "Midnight UTC; empty for all")}
      {day("to", "Until", "Midnight UTC, without that day")}
    </div>
  );
}

function noSpaces(text: string): string {
  return text.replaceAll(/\s/g, "");
}
