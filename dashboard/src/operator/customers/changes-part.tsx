/** Every change of a customer's subscription. */
import { useQuery } from "@tanstack/react-query";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { statusWords } from "./status-word.tsx";
import { type Change, changesQuery } from "./story-queries.ts";

export function ChangesPart({ id }: { readonly id: string }) {
  const query = useQuery(changesQuery(id));
  return (
    <Await query={query} height={240}>
      {(changes) =>
        changes.length === 0 ? (
          <Empty title="Never subscribed">The default plan has held since the first day.</Empty>
        ) : (
          <RowsTable
            label="Changes of the subscription"
            minWidth={620}
            columns={[
              { name: "When" },
              { name: "What" },
              { name: "Plan" },
              { name: "Billed" },
              { name: "Status after" },
              { name: "By" },
            ]}
            rows={changes.map((change) => ({ key: change.revision, cells: cellsOf(change) }))}
          />
        )
      }
    </Await>
  );
}

function cellsOf({ at, kind, actor, subscription }: Change) {
  return [
    <ExactTime key="when" at={at} />,
    kind.replaceAll("_", " "),
    subscription?.plan.name ?? "–",
    subscription?.billing_cycle ?? "–",
    statusWords(subscription?.status ?? null),
    actor === null ? "–" : actorWords(actor),
  ];
}

export function actorWords(actor: string): string {
  return actor === "job" ? "the clock" : actor;
}
