/** Every change of a customer's subscription. */
import { useQuery } from "@tanstack/react-query";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { statusWords } from "./status-word.tsx";
import { type Change, changesQuery } from "./story-queries.ts";
import { StoryTable } from "./story-table.tsx";

export function ChangesPart({ id }: { readonly id: string }) {
  const query = useQuery(changesQuery(id));
  return (
    <Await query={query} height={240}>
      {(changes) =>
        changes.length === 0 ? (
          <Empty title="Never subscribed">The default plan has held since the first day.</Empty>
        ) : (
          <StoryTable
            label="Changes of the subscription"
            columns={["When", "What", "Plan", "Billed", "Status after", "By"]}
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
