/** Refusals of the operator's customers: counts by day, and the latest in full; of all customers or of one. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { z } from "zod";
import type { listDenials } from "../../../src/api/contract/endpoints/operation.ts";
import { providerTitle } from "../../../src/core/provider-titles.ts";
import { Amount } from "./amount.tsx";
import { utcDate } from "./format.ts";
import { limitAmount, limitName, usedOfLimit, windowWords } from "./limit-words.ts";
import { codeWords, limitKeyWords } from "./refusal-words.ts";
import { RowsTable } from "./rows-table.tsx";
import { PlainTime } from "./time.tsx";

export type Denials = z.output<(typeof listDenials)["answer"]>;

/** How a customer is shown in a column of their own; left out: all are of one customer. */
type Who = (userId: string) => ReactNode;

export function RefusalCounts({
  counts,
  who,
}: {
  readonly counts: Denials["counts"];
  readonly who?: Who;
}) {
  const of = columnOf(who);
  return (
    <RowsTable
      label="Refusals by day"
      minWidth={who === undefined ? 440 : 560}
      columns={[
        { name: "Day, UTC" },
        ...of(() => ({ name: "Customer" })),
        { name: "Why" },
        { name: "By" },
        { name: "Refusals", isFigures: true },
      ]}
      rows={counts.map(({ user_id: userId, day, code, limit, count }) => ({
        key: `${userId} ${day} ${code} ${limit}`,
        cells: [
          utcDate(day),
          ...of((shown) => shown(userId)),
          codeWords(code),
          limitKeyWords(limit),
          <Amount key="count" of={count} />,
        ],
      }))}
      total={[
        "Total",
        ...of(() => null),
        null,
        null,
        <Amount key="all" of={counts.reduce((sum, { count }) => sum + count, 0)} />,
      ]}
    />
  );
}

export function LatestRefusals({
  denials,
  who,
}: {
  readonly denials: Denials["denials"];
  readonly who?: Who;
}) {
  const of = columnOf(who);
  return (
    <RowsTable
      label="The latest refusals"
      minWidth={who === undefined ? 760 : 860}
      columns={[
        { name: "When" },
        ...of(() => ({ name: "Customer" })),
        { name: "Call" },
        { name: "Why" },
        { name: "Limit" },
        { name: "Used", isFigures: true },
        { name: "Asked for", isFigures: true },
      ]}
      rows={denials.map((denial) => {
        const [when, ...more] = cellsOf(denial);
        return { key: denial.id, cells: [when, ...of((shown) => shown(denial.user_id)), ...more] };
      })}
    />
  );
}

/** One part for the column of customers, or none. */
function columnOf(who: Who | undefined) {
  return <Part,>(part: (shown: Who) => Part): Part[] => (who === undefined ? [] : [part(who)]);
}

function cellsOf(denial: Denials["denials"][number]) {
  const { timestamp, code, provider, model, limit, used, held, cap, requested } = denial;
  const shown = (amount: number | null): string =>
    amount === null || limit === null ? "–" : limitAmount(limit.meter, amount);
  return [
    <PlainTime key="when" at={timestamp} />,
    <Text key="call" span inherit style={{ overflowWrap: "anywhere" }}>
      {`${providerTitle(provider)} ${model}`.trim()}
    </Text>,
    codeWords(code),
    limit === null ? "–" : `${limitName(limit)} in ${windowWords(limit.per)}`,
    limit === null || used === null || cap === null
      ? "–"
      : `${usedOfLimit(limit.meter, { used, max: cap })}${held === null || held === 0 ? "" : `, ${shown(held)} held`}`,
    shown(requested),
  ];
}
