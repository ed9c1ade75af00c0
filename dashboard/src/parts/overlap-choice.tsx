/** Asks how long a secret that is replaced should go on beside the new one. */
import { Radio, Stack } from "@mantine/core";

export const OVERLAP_SECONDS = 86_400;

export function OverlapChoice({
  label,
  most,
  none,
  value,
  onChange,
}: {
  readonly label: string;
  /** As in `For an hour more`. */
  readonly most: (span: string) => string;
  /** What choosing no overlap means. */
  readonly none: string;
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
        {SPANS.map(({ seconds, span }) => (
          <Radio key={seconds} value={String(seconds)} label={most(span)} />
        ))}
        <Radio value="0" label={none} />
      </Stack>
    </Radio.Group>
  );
}

const SPANS = [
  { seconds: 3_600, span: "an hour" },
  { seconds: OVERLAP_SECONDS, span: "a day" },
  { seconds: 7 * 86_400, span: "7 days" },
  { seconds: 30 * 86_400, span: "30 days" },
] as const;
