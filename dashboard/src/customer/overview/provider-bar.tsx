/** The whole cost as one bar, split by provider; each part and each name narrows the page to it. */
import { UnstyledButton } from "@mantine/core";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { exactMoney, money, percent } from "../../parts/format.ts";
import { providerColour } from "../../parts/provider-colours.ts";
import type { Filtering } from "./filter.ts";
import classes from "./overview.module.css";
import type { BreakdownSeen } from "./seen.ts";

export function ProviderBar({
  rows,
  filtering,
}: {
  readonly rows: BreakdownSeen["rows"];
  readonly filtering: Filtering;
}) {
  const chosen = filtering.filter.provider;
  const label = rows
    .map(({ name, cost, share }) => `${titleOf(name)} ${money(cost)}, ${percent(share)}`)
    .join("; ");
  return (
    <>
      <div className={classes["bar"]} role="img" aria-label={`Cost by provider: ${label}`}>
        {rows.map(({ name, cost }) => (
          // For the pointer only: the buttons below do the same.
          <div
            key={name}
            className={classes["part"]}
            data-off={chosen !== undefined && chosen !== name}
            style={{ flexGrow: cost, flexBasis: 0, background: providerColour(name) }}
            title={`${titleOf(name)}: ${exactMoney(cost)}`}
            onClick={() => filtering.chooseProvider(name)}
            aria-hidden="true"
          />
        ))}
      </div>
      <div className={classes["legend"]}>
        {rows.map(({ name, cost, share }) => (
          <UnstyledButton
            key={name}
            className={classes["choice"]}
            aria-pressed={chosen === name}
            onClick={() => filtering.chooseProvider(name)}
          >
            <span
              className={classes["swatch"]}
              style={{ background: providerColour(name) }}
              aria-hidden="true"
            />
            <span className={classes["name"]}>{titleOf(name)}</span>
            <span className="figures">{cost > 0 ? percent(share) : money(cost)}</span>
          </UnstyledButton>
        ))}
      </div>
    </>
  );
}

function titleOf(name: string): string {
  return name === "" ? "No provider" : providerTitle(name);
}
