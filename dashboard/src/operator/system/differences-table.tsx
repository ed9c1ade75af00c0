/** Numbers that an audit found to differ from the log. */
import { Text } from "@mantine/core";
import { PageLink } from "../../app/page-link.tsx";
import { exactly } from "../../parts/format.ts";
import { RowsTable } from "../../parts/rows-table.tsx";
import { differenceWords } from "./difference-words.ts";
import classes from "./system.module.css";
import type { LedgerAudit } from "./system-queries.ts";

type Difference = LedgerAudit["differences"][number];

const SHOWN_MOST = 200;

export function DifferencesTable({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <>
      <RowsTable
        label="Numbers that differ"
        minWidth={760}
        columns={[
          { name: "Number" },
          { name: "Customer" },
          { name: "Found", isFigures: true },
          { name: "Should be", isFigures: true },
          { name: "Repaired" },
        ]}
        rows={differences.slice(0, SHOWN_MOST).map((difference) => ({
          key: difference.what,
          cells: cellsOf(difference),
        }))}
      />
      {differences.length > SHOWN_MOST ? (
        <Text size="xs" c="dimmed">
          The first {exactly(SHOWN_MOST)} of {exactly(differences.length)}.
        </Text>
      ) : null}
    </>
  );
}

function cellsOf(difference: Difference) {
  const { what, user_id: userId, found, expected, repaired, why_not } = difference;
  return [
    <span key="what" className={classes["name"]} title={what}>
      {differenceWords(difference)}
    </span>,
    userId === null ? (
      "–"
    ) : (
      <PageLink key="who" to={`//customers/${encodeURIComponent(userId)}`} inherit>
        {userId}
      </PageLink>
    ),
    found,
    expected,
    repaired ? "yes" : (why_not ?? "no"),
  ];
}
