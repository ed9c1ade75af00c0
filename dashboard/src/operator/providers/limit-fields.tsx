/** The fields of one limit of the deployment. */
import { CloseButton, Group, Paper, Text, TextInput } from "@mantine/core";
import { METERS } from "../../../../src/core/usage.ts";
import { ChoiceField } from "../../parts/choice-field.tsx";
import { capital, type WindowName } from "../../parts/limit-words.ts";
import { type DraftLine, perWords } from "./limit-draft.ts";
import type { ProviderState } from "./provider-queries.ts";
import classes from "./providers.module.css";

const METER_OPTIONS = METERS.map((value) => ({
  value,
  label: value === "cost" ? "Cost in US dollars" : capital(value.replaceAll("_", " ")),
}));
const WINDOWS: readonly WindowName[] = ["month", "day", "hour", "minute"];
const AT_CAP = [
  { value: "deny", label: "Refuse calls" },
  { value: "allow", label: "Alert and go on" },
] as const;

export function LimitFields({
  line,
  number,
  words,
  providers,
  onChange,
  onRemove,
}: {
  readonly line: DraftLine;
  readonly number: number;
  /** What the server said of it. */
  readonly words: string | null;
  readonly providers: readonly ProviderState[];
  readonly onChange: (line: DraftLine) => void;
  readonly onRemove: () => void;
}) {
  const windows = WINDOWS.map((value) => ({ value, label: perWords(value) }));
  return (
    <Paper withBorder p="xs" component="fieldset" m={0}>
      <Group justify="space-between" wrap="nowrap">
        <Text component="legend" size="xs" c="dimmed">
          Limit {number}
          {line.kept.operation === undefined ? "" : `, of the operation ${line.kept.operation}`}
        </Text>
        <CloseButton aria-label={`Take limit ${number} away`} size="sm" onClick={onRemove} />
      </Group>
      <div className={classes["draft"]}>
        <TextInput
          label="At most"
          required
          placeholder={line.meter === "cost" ? "500.00" : "100000"}
          value={line.max}
          onChange={({ currentTarget: { value } }) => onChange({ ...line, max: value })}
          error={words}
        />
        <ChoiceField
          label="Of"
          data={METER_OPTIONS}
          value={line.meter}
          onChange={(meter) => onChange({ ...line, meter })}
        />
        <ChoiceField
          label="In"
          data={windows}
          value={line.per === "period" ? "month" : line.per}
          onChange={(per) => onChange({ ...line, per })}
        />
        <ChoiceField
          label="Provider"
          data={providerOptions(providers, line.provider)}
          value={line.provider}
          onChange={(provider) => onChange({ ...line, provider })}
        />
        <TextInput
          label="Model"
          placeholder="All together"
          value={line.model}
          onChange={({ currentTarget: { value } }) => onChange({ ...line, model: value })}
        />
        <ChoiceField
          label="Then"
          data={[...AT_CAP]}
          value={line.atCap}
          onChange={(atCap) => onChange({ ...line, atCap })}
        />
      </div>
    </Paper>
  );
}

/** Those that are known here, and the one that the limit names. */
function providerOptions(providers: readonly ProviderState[], named: string) {
  const known = providers.map(({ provider, title }) => ({ value: provider, label: title }));
  const isKnown = named === "" || known.some(({ value }) => value === named);
  return [
    { value: "", label: "All together" },
    ...known,
    ...(isKnown ? [] : [{ value: named, label: named }]),
  ];
}
