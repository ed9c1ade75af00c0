/** What waits: running calls, awaited work, messages. */
import { PageLink } from "../../app/page-link.tsx";
import { exactly } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import type { System } from "./system-queries.ts";

export function QueuesCard({ queues }: { readonly queues: System["queues"] }) {
  const rows = [
    ["Running calls", "open holds", queues.held_calls],
    ["Awaited work", "a provider answers it later", queues.awaited_work],
    ["To be told", "not yet given to its receivers", queues.outbox_waiting],
    ["Messages waiting", toOutbox("pending", "in the outbox"), queues.deliveries_pending],
    ["Messages given up", toOutbox("dead", "each can be tried again"), queues.deliveries_dead],
  ] as const;
  return (
    <Card title="Queues" h="100%">
      <RowsTable
        label="Queues"
        minWidth={0}
        columns={[{ name: "What" }, { name: "Where" }, { name: "Now", isFigures: true }]}
        rows={rows.map(([what, where, count]) => ({
          key: what,
          cells: [what, where, exactly(count)],
        }))}
      />
    </Card>
  );
}

function toOutbox(state: string, words: string) {
  return (
    <PageLink to="//notifications" search={{ tab: "outbox", state }} inherit>
      {words}
    </PageLink>
  );
}
