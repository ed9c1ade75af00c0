/** Asks how long a secret that is replaced should go on beside the new one. */
import { Radio, Stack } from "@mantine/core";

export const OVERLAP_SECONDS = 86_400;

const CHOICES = [
  { seconds: 3_600, words: "For an hour more" },
  { seconds: OVERLAP_SECONDS, words: "For a day more" },
  { seconds: 7 * 86_400, words: "For 7 days more" },
  { seconds: 30 * 86_400, words: "For 30 days more" },
  { seconds: 0, words: "Not at all: it ends at once. Choose this if it has leaked" },
] as const;

export function OverlapChoice({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  /** Seconds, as `onChange` gives them. */
  readonly value: number;
  readonly onChange: (seconds: number) => void;
}) {
  return (
    <Radio.Group
      label={label}
      value={String(value)}
      onChange={(chosen) => onChange(Number(chosen))}
    >
      <Stack gap="xs" mt="xs">
        {CHOICES.map(({ seconds, words }) => (
          <Radio key={seconds} value={String(seconds)} label={words} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
