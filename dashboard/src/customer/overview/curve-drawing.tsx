/** The lines of the curve: solid until now, dashed to the end within its band, the cap with its name. */
import { evenMoney, money, utcDay } from "../../parts/format.ts";
import type { Curve } from "./curve.ts";
import { type Frame, labelledDays } from "./curve-frame.ts";
import classes from "./overview.module.css";

interface Drawn {
  readonly curve: Curve;
  readonly frame: Frame;
}

export function CurveDrawing({
  curve,
  frame,
  place,
}: Drawn & {
  /** Of the day that is pointed at. */
  readonly place: number | null;
}) {
  return (
    <svg width={frame.width} height={frame.height} aria-hidden="true">
      <Axes curve={curve} frame={frame} />
      <Ahead curve={curve} frame={frame} />
      <Spent curve={curve} frame={frame} />
      <Cap curve={curve} frame={frame} />
      {place === null ? null : <Pointer curve={curve} frame={frame} place={place} />}
    </svg>
  );
}

function Axes({ curve, frame }: Drawn) {
  const { left, width, bottom, x, y } = frame;
  const amounts = evenMoney(curve.ticks);
  return (
    <>
      {curve.ticks.map((tick, place) => (
        <g key={tick}>
          <line className={classes["rule"]} x1={left} x2={width - 10} y1={y(tick)} y2={y(tick)} />
          <text className={classes["axis"]} x={left - 6} y={y(tick) + 4} textAnchor="end">
            {amounts[place]}
          </text>
        </g>
      ))}
      {labelledDays(curve, frame).map((at) => (
        <text
          key={at}
          className={classes["axis"]}
          x={Math.min(x(at), width - 24)}
          y={bottom + 15}
          textAnchor="middle"
        >
          {utcDay(new Date(at).toISOString())}
        </text>
      ))}
    </>
  );
}

function Spent({ curve, frame }: Drawn) {
  const { x, y } = frame;
  const points = [[x(curve.start), y(0)], ...curve.days.map(({ at, total }) => [x(at), y(total)])];
  const line = lineOf(points);
  return (
    <>
      <path
        className={classes["under"]}
        d={`${line} L${x(curve.until)} ${y(0)} L${x(curve.start)} ${y(0)} Z`}
      />
      <path className={classes["spent"]} d={line} />
      <circle className={classes["point"]} cx={x(curve.until)} cy={y(curve.spent)} r={4} />
    </>
  );
}

function Ahead({ curve, frame }: Drawn) {
  const { x, y } = frame;
  const end = curve.ahead.at(-1);
  if (end === undefined) return null;
  const now = [x(curve.until), y(curve.spent)];
  const band = [now, [x(curve.end), y(end.high)], [x(curve.end), y(end.low)]];
  return (
    <>
      <line
        className={classes["now"]}
        x1={x(curve.until)}
        x2={x(curve.until)}
        y1={y(0)}
        y2={y(curve.top)}
      />
      <path className={classes["band"]} d={`${lineOf(band)} Z`} />
      <path className={classes["ahead"]} d={lineOf([now, [x(curve.end), y(end.total)]])} />
    </>
  );
}

/** A cap beyond the axis is named at its top. */
function Cap({ curve, frame }: Drawn) {
  const { left, width, y } = frame;
  const { cap, top } = curve;
  if (cap === null) return null;
  const isNear = cap <= top;
  const name = `Cost limit ${money(cap)}`;
  if (!isNear) {
    return (
      <text className={classes["capName"]} x={left + 6} y={y(top) + 12}>
        {`${name}, far above ↑`}
      </text>
    );
  }
  // Below the line where there is no room above it.
  const nameY = y(cap) < 22 ? y(cap) + 13 : y(cap) - 5;
  return (
    <>
      <line className={classes["cap"]} x1={left} x2={width - 10} y1={y(cap)} y2={y(cap)} />
      <text className={classes["capName"]} x={left + 6} y={nameY}>
        {name}
      </text>
    </>
  );
}

function Pointer({ curve, frame, place }: Drawn & { readonly place: number }) {
  const pointed = [...curve.days, ...curve.ahead][place];
  if (pointed === undefined) return null;
  const x = frame.x(pointed.at);
  return (
    <>
      <line className={classes["pointer"]} x1={x} x2={x} y1={frame.y(0)} y2={frame.y(curve.top)} />
      <circle className={classes["point"]} cx={x} cy={frame.y(pointed.total)} r={4} />
    </>
  );
}

function lineOf(points: readonly (readonly number[])[]): string {
  return points.map((point, place) => `${place === 0 ? "M" : "L"}${point.join(" ")}`).join(" ");
}
