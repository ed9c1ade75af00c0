/** What was used by each name, with the sum of all; a name leads to what is below it. */
import { Group, ScrollArea, Table, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import type { AskedUsage } from "./asked-usage.ts";
import { DIMENSIONS } from "./asked-usage.ts";
import { type Charted, isRest, rowLabel } from "./charted.ts";
import { wayBelow } from "./drill.ts";
import classes from "./usage.module.css";
import type { Breakdown, BreakdownRow } from "./usage-query.ts";

export function UsageTable({
  breakdown,
  charted,
  usage,
}: {
  readonly breakdown: Breakdown;
  readonly charted: Charted;
  readonly usage: AskedUsage;
}) {
  const { by, rows, total } = breakdown;
  const heading = DIMENSIONS.find(({ value }) => value === by)?.label ?? by;
  const colours = new Map(charted.series.map(({ row, colour }) => [row, colour]));
  const sorted = [...rows].sort((one, other) => order(one, other, rows, usage));
  return (
    <ScrollArea.Autosize
      className={classes["rows"] ?? ""}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "group", "aria-label": `Usage by ${by}` }}
    >
      <Table verticalSpacing={6} horizontalSpacing="xs" stickyHeader className={classes["table"]}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{heading}</Table.Th>
            <Table.Th scope="col" className="figures">
              Cost
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Calls
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Tokens
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Share
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row" className={classes["name"]}>
                <Name
                  row={row}
                  by={by}
                  usage={usage}
                  isRest={isRest(row, rows)}
                  colour={colours.get(row) ?? colours.get(null)}
                />
              </Table.Th>
              <Figures of={row} share={row.share} />
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Figures of={total} share={total.cost > 0 ? 100 : 0} />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </ScrollArea.Autosize>
  );
}

/** The largest first; the rest, whatever it comes to, last. */
function order(
  one: BreakdownRow,
  other: BreakdownRow,
  rows: readonly BreakdownRow[],
  { measure }: AskedUsage,
): number {
  const rests = Number(isRest(one, rows)) - Number(isRest(other, rows));
  return rests === 0 ? other[measure] - one[measure] : rests;
}

function Name({
  row,
  by,
  usage,
  colour,
  isRest: isOfRest,
}: {
  readonly row: BreakdownRow;
  readonly by: Breakdown["by"];
  readonly usage: AskedUsage;
  readonly colour: string | undefined;
  readonly isRest: boolean;
}) {
  const [address] = useAddress();
  const label = isOfRest ? "All others" : rowLabel(by, row);
  const way = isOfRest ? null : wayBelow(row, by, { address, usage });
  return (
    <Group gap={8} wrap="nowrap">
      <span
        className={classes["chip"]}
        style={{ background: colour ?? "transparent" }}
        aria-hidden
      />
      <Text span size="sm" lineClamp={4} className={classes["words"] ?? ""} title={label}>
        {way === null ? (
          label
        ) : (
          <PageLink to={way.to} search={way.search} inherit>
            {label}
          </PageLink>
        )}
      </Text>
    </Group>
  );
}

function Figures({ of, share }: { readonly of: Breakdown["total"]; readonly share: number }) {
  return (
    <>
      <Table.Td className="figures">
        <Money dollars={of.cost} />
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={of.calls} />
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={of.tokens} />
      </Table.Td>
      <Table.Td className="figures">{percent(share)}</Table.Td>
    </>
  );
}
