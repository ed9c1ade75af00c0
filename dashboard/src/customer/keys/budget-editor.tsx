/** A key's own budget: limits beside its customer's plan, as many as are wanted. */
import { Button, CloseButton, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { WINDOWS } from "../../../../src/core/limits/limit.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { ChoiceField } from "../../parts/choice-field.tsx";
import { type Meter, type WindowName, windowWords } from "../../parts/limit-words.ts";
import { PROVIDER_ORDER } from "../../parts/provider-order.ts";

export interface BudgetLine {
  readonly id: number;
  readonly meter: Meter;
  readonly max: string;
  readonly per: WindowName;
  /** Empty: all providers. */
  readonly provider: string;
  readonly atCap: "deny" | "allow";
}

const METER_OPTIONS: { value: Meter; label: string }[] = [
  { value: "cost", label: "US dollars" },
  { value: "calls", label: "Calls" },
  { value: "tokens", label: "Tokens" },
  { value: "input_tokens", label: "Input tokens" },
  { value: "output_tokens", label: "Output tokens" },
  { value: "images", label: "Images" },
];
const WIDTH = { flex: "1 1 125px", maxWidth: 180 } as const;

/** As the API takes it; the server says what is wrong with it. */
export function limitsOf(lines: readonly BudgetLine[]) {
  return lines.map(({ meter, max, per, provider, atCap }) => ({
    meter,
    max: max.trim(),
    per,
    at_cap: atCap,
    ...(provider === "" ? {} : { provider }),
  }));
}

export function BudgetEditor({
  lines,
  onChange,
  fault,
}: {
  readonly lines: readonly BudgetLine[];
  readonly onChange: (lines: readonly BudgetLine[]) => void;
  /** What the server said of one of them. */
  readonly fault: { readonly line: number; readonly words: string } | null;
}) {
  const add = (): void => {
    const id = Math.max(0, ...lines.map((line) => line.id)) + 1;
    onChange([
      ...lines,
      { id, meter: "cost", max: "", per: "period", provider: "", atCap: "deny" },
    ]);
  };
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>
          Budget
        </Text>
        <Text size="xs" c="dimmed">
          Limits of this key alone, beside those of the plan. Without any, the plan's hold.
        </Text>
      </div>
      {lines.map((line, at) => (
        <BudgetRow
          key={line.id}
          line={line}
          number={at + 1}
          words={fault?.line === at ? fault.words : null}
          onChange={(changed) =>
            onChange(lines.map((each) => (each.id === line.id ? changed : each)))
          }
          onRemove={() => onChange(lines.filter(({ id }) => id !== line.id))}
        />
      ))}
      <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={add}>
        Add a limit
      </Button>
    </Stack>
  );
}

function BudgetRow({
  line,
  number,
  words,
  onChange,
  onRemove,
}: {
  readonly line: BudgetLine;
  readonly number: number;
  readonly words: string | null;
  readonly onChange: (line: BudgetLine) => void;
  readonly onRemove: () => void;
}) {
  return (
    <Paper withBorder p="xs" component="fieldset" m={0}>
      <Group justify="space-between" wrap="nowrap">
        <Text component="legend" size="xs" c="dimmed">
          Limit {number}
        </Text>
        <CloseButton aria-label={`Take limit ${number} away`} size="sm" onClick={onRemove} />
      </Group>
      <Group gap="xs" align="flex-start">
        <TextInput
          label="At most"
          required
          inputMode="decimal"
          placeholder={line.meter === "cost" ? "5.00" : "1000"}
          value={line.max}
          onChange={({ currentTarget: { value } }) => onChange({ ...line, max: value })}
          error={words}
          style={{ flex: "1 1 100px", maxWidth: 180 }}
        />
        <ChoiceField
          style={WIDTH}
          label="Of"
          data={METER_OPTIONS}
          value={line.meter}
          onChange={(meter) => onChange({ ...line, meter })}
        />
        <ChoiceField
          style={WIDTH}
          label="In"
          data={WINDOWS.map((value) => ({ value, label: windowWords(value) }))}
          value={line.per}
          onChange={(per) => onChange({ ...line, per })}
        />
        <ChoiceField
          style={WIDTH}
          label="Provider"
          data={[
            { value: "", label: "All together" },
            ...PROVIDER_ORDER.map((value) => ({ value, label: providerTitle(value) })),
          ]}
          value={line.provider}
          onChange={(provider) => onChange({ ...line, provider })}
        />
        <ChoiceField
          style={WIDTH}
          label="Then"
          data={[
            { value: "deny", label: "Refuse calls" },
            { value: "allow", label: "Alert and go on" },
          ]}
          value={line.atCap}
          onChange={(atCap) => onChange({ ...line, atCap })}
        />
      </Group>
    </Paper>
  );
}
