/** Where things stand in the drawing of a curve: instants across, dollars upwards. */
import { evenMoney } from "../../parts/format.ts";
import type { Curve } from "./curve.ts";

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly bottom: number;
  x(at: number): number;
  y(dollars: number): number;
}

const TOP = 8;
const RIGHT = 10;
const BELOW = 20;
const CHARACTER = 6.4;

/** Pixels. Room on the left for the widest amount on the axis. */
export function frameOf(
  { start, end, top, ticks }: Curve,
  { width, height }: { readonly width: number; readonly height: number },
): Frame {
  const left = 8 + CHARACTER * Math.max(...evenMoney(ticks).map((text) => text.length));
  const bottom = height - BELOW;
  return {
    width,
    height,
    left,
    bottom,
    x: (at) => left + ((at - start) / (end - start)) * (width - left - RIGHT),
    y: (dollars) => bottom - (dollars / top) * (bottom - TOP),
  };
}

/** The day nearest to that pixel: its place among the days and those ahead. */
export function placeAt({ days, ahead }: Curve, frame: Frame, pixel: number): number {
  const distances = [...days, ...ahead].map(({ at }) => Math.abs(frame.x(at) - pixel));
  return Math.max(0, distances.indexOf(Math.min(...distances)));
}

const DAY_MS = 86_400_000;
const LABEL_PIXELS = 84;

/** UTC midnights that get a label, as many as there is room for. */
export function labelledDays({ start, end }: Curve, { width, left }: Frame): number[] {
  const days = Math.ceil((end - start) / DAY_MS);
  const most = Math.max(2, Math.floor((width - left) / LABEL_PIXELS));
  const every = Math.max(1, Math.ceil(days / most));
  const first = Math.ceil(start / DAY_MS) * DAY_MS;
  const labels: number[] = [];
  for (let at = first; at < end; at += every * DAY_MS) labels.push(at);
  return labels;
}
