/** The curve's days as a table, and as a file. */
import { exactly, utcDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { csvOf, saveFile } from "../../parts/save-file.ts";
import type { Curve } from "./curve.ts";
import classes from "./overview.module.css";

export function DayTable({ curve }: { readonly curve: Curve }) {
  const { days, spent } = curve;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className={classes["days"]} tabIndex={0} aria-label="Days">
      <table aria-label="Spend by day" className={classes["table"]}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" className="figures">
              Calls
            </th>
            <th scope="col" className="figures">
              That day
            </th>
            <th scope="col" className="figures">
              In all
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, calls, cost, total }) => (
            <tr key={day}>
              <th scope="row" className={classes["plain"]}>
                {utcDay(day)}
              </th>
              <td className="figures">{exactly(calls)}</td>
              <td className="figures">
                <Money dollars={cost} />
              </td>
              <td className="figures">
                <Money dollars={total} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot className={classes["total"]}>
          <tr>
            <th scope="row">Total</th>
            <th className="figures">{exactly(days.reduce((sum, { calls }) => sum + calls, 0))}</th>
            <th className="figures">
              <Money dollars={spent} />
            </th>
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** To the nano-dollar. */
export function saveDays({ days }: Curve): void {
  const lines = [
    ["day", "calls", "cost", "cost_in_all"],
    ...days.map(({ day, calls, cost, total }) => [day, calls, cost, total]),
  ];
  saveFile(`spend-by-day-${days[0]?.day ?? "none"}.csv`, {
    text: csvOf(lines),
    type: "text/csv;charset=utf-8",
  });
}
