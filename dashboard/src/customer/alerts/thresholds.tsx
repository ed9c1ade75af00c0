/** At which percentages of a limit to alert: chips to take away, and a field to add more. */
import { Button, Group, Input, NumberInput, Pill } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { alertAtSchema } from "../../../../src/core/limits/alert-at.ts";

export function Thresholds({
  value,
  onChange,
}: {
  readonly value: readonly number[];
  readonly onChange: (thresholds: readonly number[]) => void;
}) {
  const [text, setText] = useState<number | string>("");
  const [fault, setFault] = useState<string | null>(null);
  const id = useId();
  const add = (): void => {
    const wanted = [...value, Number(text)].sort((one, other) => one - other);
    const read = alertAtSchema.safeParse(wanted);
    const mend = text === "" ? "Say a percentage first." : read.error?.issues[0]?.message;
    setFault(mend === undefined ? null : sentenceOf(mend));
    if (mend !== undefined) return;
    onChange(wanted);
    setText("");
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return (
    <Input.Wrapper
      labelElement="div"
      label="Alert at"
      description="Percent of each limit that does not say its own. A limit that refuses calls always alerts when it is reached."
    >
      <Group gap="xs" mt={6} role="list" aria-label="Thresholds">
        {value.map((percent) => (
          <Pill
            key={percent}
            size="md"
            role="listitem"
            withRemoveButton
            removeButtonProps={{
              "aria-label": `Take ${percent} % away`,
              "aria-hidden": false,
              tabIndex: 0,
            }}
            onRemove={() => onChange(value.filter((each) => each !== percent))}
          >
            {percent} %
          </Pill>
        ))}
        {value.length === 0 ? "none" : null}
      </Group>
      <Group gap="xs" mt="xs" align="flex-start">
        <NumberInput
          id={id}
          aria-label="Another percentage"
          placeholder="75"
          suffix=" %"
          min={1}
          max={200}
          clampBehavior="none"
          allowDecimal={false}
          w={110}
          value={text}
          onChange={setText}
          onKeyDown={onKey}
          error={fault}
        />
        <Button variant="default" onClick={add}>
          Add
        </Button>
      </Group>
    </Input.Wrapper>
  );
}

/** The schema's mends go on after a field's name. */
function sentenceOf(mend: string): string {
  return mend.startsWith("must") ? `It ${mend}` : mend;
}
