/** Who is refused, and by what: counts by day, and the latest refusals in full. */
import { Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { utcDate } from "../../parts/format.ts";
import { limitAmount, limitName, usedOfLimit, windowWords } from "../../parts/limit-words.ts";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { PlainTime } from "../../parts/time.tsx";
import { codeWords, limitKeyWords } from "./refusal-words.ts";
import classes from "./system.module.css";
import { type Denials, denialsQuery } from "./system-queries.ts";

export function RefusalsTab() {
  const [{ about }] = useAddress();
  const query = useQuery(denialsQuery(about));
  return (
    <Stack gap="md">
      <CustomerField />
      <Await query={query} height={420}>
        {({ counts, denials }) =>
          counts.length === 0 && denials.length === 0 ? (
            <Empty order={2} title="No refusals">
              {about === undefined
                ? "No call was refused. When a limit is used up, who was refused and by what stands here."
                : "No call of this customer was refused."}
            </Empty>
          ) : (
            <>
              <Counts counts={counts} />
              <Latest denials={denials} />
            </>
          )
        }
      </Await>
    </Stack>
  );
}

const TYPED_MS = 300;

function CustomerField() {
  const [{ about = "" }, change] = useAddress();
  const [typed, setTyped] = useState(about);
  const put = useDebouncedCallback((words: string) => {
    change({ about: words === "" ? undefined : words });
  }, TYPED_MS);
  // Going back and links change the address without typing.
  useEffect(() => setTyped(about), [about]);
  return (
    <TextInput
      aria-label="Customer"
      placeholder="Of one customer, by id"
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        put(value.trim());
      }}
      w={260}
    />
  );
}

function Counts({ counts }: { readonly counts: Denials["counts"] }) {
  return (
    <Card title="By day">
      <RowsTable
        label="Refusals by day"
        minWidth={560}
        columns={[
          { name: "Day, UTC" },
          { name: "Customer" },
          { name: "Why" },
          { name: "By" },
          { name: "Refusals", isFigures: true },
        ]}
        rows={counts.map(({ user_id: userId, day, code, limit, count }) => ({
          key: `${userId} ${day} ${code} ${limit}`,
          cells: [
            utcDate(day),
            <Customer key="who" id={userId} />,
            codeWords(code),
            limitKeyWords(limit),
            <Amount key="count" of={count} />,
          ],
        }))}
        total={[
          "Total",
          null,
          null,
          null,
          <Amount key="all" of={counts.reduce((sum, { count }) => sum + count, 0)} />,
        ]}
      />
    </Card>
  );
}

function Latest({ denials }: { readonly denials: Denials["denials"] }) {
  if (denials.length === 0) return null;
  return (
    <Card title="The latest">
      <RowsTable
        label="The latest refusals"
        minWidth={860}
        columns={[
          { name: "When" },
          { name: "Customer" },
          { name: "Call" },
          { name: "Why" },
          { name: "Limit" },
          { name: "Used", isFigures: true },
          { name: "Asked for", isFigures: true },
        ]}
        rows={denials.map((denial) => ({ key: denial.id, cells: cellsOf(denial) }))}
      />
    </Card>
  );
}

function cellsOf(denial: Denials["denials"][number]) {
  const { timestamp, user_id, code, provider, model, limit, used, held, cap, requested } = denial;
  const shown = (amount: number | null): string =>
    amount === null || limit === null ? "–" : limitAmount(limit.meter, amount);
  return [
    <PlainTime key="when" at={timestamp} />,
    <Customer key="who" id={user_id} />,
    <span key="call" className={classes["name"]}>
      {`${providerTitle(provider)} ${model}`.trim()}
    </span>,
    codeWords(code),
    limit === null ? "–" : `${limitName(limit)} in ${windowWords(limit.per)}`,
    limit === null || used === null || cap === null
      ? "–"
      : `${usedOfLimit(limit.meter, { used, max: cap })}${held === null || held === 0 ? "" : `, ${shown(held)} held`}`,
    shown(requested),
  ];
}

function Customer({ id }: { readonly id: string }) {
  return (
    <div className={classes["customer"]}>
      <PageLink to={`//customers/${encodeURIComponent(id)}`} inherit>
        {id}
      </PageLink>
    </div>
  );
}
