/** The models by cost: calls, tokens, cost, share, cost a call, and the change against the period before. */
import { Button, UnstyledButton } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { Amount } from "../../parts/amount.tsx";
import { exactMoney, percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { providerColour } from "../../parts/provider-colours.ts";
import type { Change } from "./compare.ts";
import type { Filtering } from "./filter.ts";
import { AT_FIRST, type ModelRow, shownModels } from "./model-rows.ts";
import classes from "./overview.module.css";
import type { BreakdownSeen } from "./seen.ts";

export interface Changes {
  readonly of: (name: string) => Change | undefined;
  readonly whole: Change | undefined;
}

export function ModelTable({
  models,
  changes,
  filtering,
}: {
  readonly models: BreakdownSeen;
  /** null: there is no period before. */
  readonly changes: Changes | null;
  readonly filtering: Filtering;
}) {
  const [{ models: wanted }, change] = useAddress();
  const isAll = wanted === "all";
  const { rows, rest } = shownModels(models, isAll);
  const { total } = models;
  return (
    <div className={classes["sideways"]}>
      <table aria-label="Cost by model" className={classes["table"]}>
        <Heads hasChange={changes !== null} />
        <tbody>
          {rows.map((row) => (
            <ModelLine
              key={row.name}
              row={row}
              change={changes === null ? null : changes.of(row.name)}
              filtering={filtering}
            />
          ))}
          {rest === null ? null : (
            <Figures
              row={rest}
              change={changes === null ? null : undefined}
              name={
                <Button
                  size="compact-xs"
                  variant="subtle"
                  px={0}
                  onClick={() => change({ models: "all" })}
                >
                  {rest.name}
                </Button>
              }
            />
          )}
        </tbody>
        <tfoot>
          <Figures
            row={{ name: "Total", ...total, share: total.cost > 0 ? 100 : 0 }}
            change={changes === null ? null : changes.whole}
            name={
              isAll && rows.length > AT_FIRST + 1 ? (
                <Fewer less={() => change({ models: undefined })} />
              ) : (
                "Total"
              )
            }
            isTotal
          />
        </tfoot>
      </table>
    </div>
  );
}

function Fewer({ less }: { readonly less: () => void }) {
  return (
    <>
      Total{" "}
      <Button size="compact-xs" variant="subtle" onClick={less}>
        Show fewer
      </Button>
    </>
  );
}

function Heads({ hasChange }: { readonly hasChange: boolean }) {
  const figures = ["Calls", "Tokens", "Cost", "Share", "A call"];
  return (
    <thead>
      <tr>
        <th scope="col">Model</th>
        {figures.map((head) => (
          <th key={head} scope="col" className="figures">
            {head}
          </th>
        ))}
        {hasChange ? (
          <th
            scope="col"
            className="figures"
            title="Cost against the period before, up to the same point of it"
          >
            Change
          </th>
        ) : null}
      </tr>
    </thead>
  );
}

function ModelLine({
  row,
  change,
  filtering,
}: {
  readonly row: ModelRow;
  readonly change: Change | undefined | null;
  readonly filtering: Filtering;
}) {
  const name = row.name === "" ? "No model" : row.name;
  const inside = (
    <>
      <span
        className={classes["swatch"]}
        style={{ background: row.provider === undefined ? "gray" : providerColour(row.provider) }}
        aria-hidden="true"
      />
      <span className={classes["name"]}>{name}</span>
    </>
  );
  return (
    <Figures
      row={row}
      change={change}
      name={
        row.isRest || row.name === "" ? (
          <span className={classes["choice"]}>{inside}</span>
        ) : (
          <UnstyledButton
            className={classes["choice"]}
            title={name}
            aria-pressed={filtering.filter.model === row.name}
            onClick={() => filtering.chooseModel(row.name, row.provider)}
          >
            {inside}
          </UnstyledButton>
        )
      }
    />
  );
}

function Figures({
  row,
  name,
  change,
  isTotal = false,
}: {
  readonly row: Omit<ModelRow, "provider" | "isRest">;
  readonly name: React.ReactNode;
  /** undefined: not known; null: not asked. */
  readonly change: Change | undefined | null;
  readonly isTotal?: boolean;
}) {
  const Cell = isTotal ? "th" : "td";
  return (
    <tr>
      <th scope="row" className={classes["model"]}>
        {name}
      </th>
      <Cell className="figures">
        <Amount of={row.calls} />
      </Cell>
      <Cell className="figures">
        <Amount of={row.tokens} />
      </Cell>
      <Cell className="figures">
        <Money dollars={row.cost} />
      </Cell>
      <Cell className="figures">{percent(row.share)}</Cell>
      <Cell className="figures">
        {row.calls === 0 ? "–" : <Money dollars={row.cost / row.calls} />}
      </Cell>
      {change === null ? null : <Cell className="figures">{changeText(change)}</Cell>}
    </tr>
  );
}

const MANY_PERCENT = 1_000;

function changeText(change: Change | undefined) {
  if (change === undefined) return "–";
  if (change.percent === null) return "new";
  const title = `${exactMoney(change.before)} by the same point of the period before`;
  const size = Math.abs(change.percent);
  if (size < 0.5) return <span title={title}>{percent(0)}</span>;
  const text = size >= MANY_PERCENT ? `× ${Math.round(size / 100) + 1}` : percent(Math.round(size));
  const sign = size >= MANY_PERCENT ? "" : change.percent < 0 ? "−" : "+";
  return (
    <span title={title}>
      {sign}
      {text}
    </span>
  );
}
