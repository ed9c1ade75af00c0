/** Draws the curve, and reads out the day that is pointed at or stepped to with the arrow keys. */
import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { type Curve, dayWords } from "./curve.ts";
import { CurveDrawing } from "./curve-drawing.tsx";
import { frameOf, placeAt } from "./curve-frame.ts";
import classes from "./overview.module.css";

export function CurveChart({ curve, label }: { readonly curve: Curve; readonly label: string }) {
  const { ref, width, height } = useElementSize();
  const [place, setPlace] = useState<number | null>(null);
  const count = curve.days.length + curve.ahead.length;
  const today = Math.max(0, curve.days.length - 1);
  const shown = Math.min(place ?? today, Math.max(0, count - 1));
  const frame = frameOf(curve, { width, height });
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setPlace(placeAt(curve, frame, event.clientX - left));
  };
  const step = (event: KeyboardEvent): void => {
    const to = stepTo(event.key, { shown, count, today });
    if (to === null) return;
    event.preventDefault();
    setPlace(to);
  };
  return (
    <>
      <div
        ref={ref}
        className={classes["chart"]}
        onPointerMove={point}
        onPointerLeave={() => setPlace(null)}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={shown}
        aria-valuetext={dayWords(curve, shown)}
        onKeyDown={step}
        onBlur={() => setPlace(null)}
      >
        {width === 0 ? null : <CurveDrawing curve={curve} frame={frame} place={place} />}
      </div>
      <Group justify="space-between" gap="xs" mt={4} wrap="nowrap">
        <Text size="xs" className="figures" truncate>
          {dayWords(curve, shown)}
        </Text>
      </Group>
    </>
  );
}

const PAGE_DAYS = 7;

/** The day that a key goes to; null: the key means nothing here. */
function stepTo(
  key: string,
  { shown, count, today }: { shown: number; count: number; today: number },
): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: shown - 1,
    ArrowDown: shown - 1,
    ArrowRight: shown + 1,
    ArrowUp: shown + 1,
    PageDown: shown - PAGE_DAYS,
    PageUp: shown + PAGE_DAYS,
    Home: 0,
    End: count - 1,
    Escape: today,
  };
  const wanted = to[key];
  return wanted === undefined ? null : Math.max(0, Math.min(count - 1, wanted));
}
