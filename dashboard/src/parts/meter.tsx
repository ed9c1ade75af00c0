/** How much of a limit is used and held: a bar, a word beside it, and what is left. */
import { Group, Text } from "@mantine/core";
import classes from "./meter.module.css";

export type Fullness = "fine" | "close" | "used up";

function fullnessOf(percentUsed: number): Fullness {
  if (percentUsed >= 100) return "used up";
  return percentUsed >= 80 ? "close" : "fine";
}

/** Parts of the cap in percent; `held` is what running calls may still use, drawn hatched. */
export function Meter({
  label,
  used,
  held = 0,
  valueText,
}: {
  readonly label: string;
  readonly used: number;
  readonly held?: number;
  /** For screen readers, e.g. "800 of 5,000 calls". */
  readonly valueText: string;
}) {
  const fullness = fullnessOf(used);
  const shown = Math.min(used, 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn in two parts, one of them hatched.
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={`${valueText}, ${fullness}`}
      className={classes["track"]}
    >
      <div className={classes["used"]} data-fullness={fullness} style={{ width: `${shown}%` }} />
      <div className={classes["held"]} style={{ width: `${Math.min(held, 100 - shown)}%` }} />
    </div>
  );
}

export function FullnessWord({ percentUsed }: { readonly percentUsed: number }) {
  const fullness = fullnessOf(percentUsed);
  return (
    <Group gap={6} wrap="nowrap">
      <span className={classes["dot"]} data-fullness={fullness} aria-hidden />
      <Text span size="xs" fw={600}>
        {fullness}
      </Text>
    </Group>
  );
}
