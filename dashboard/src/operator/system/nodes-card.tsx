/** The nodes of the deployment: which live, and which one does the work by the clock. */
import { Text } from "@mantine/core";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { ToneWord } from "../../parts/tone-word.tsx";
import classes from "./system.module.css";
import type { System } from "./system-queries.ts";

type Node = System["nodes"][number];

export function NodesCard({ system: { nodes, database } }: { readonly system: System }) {
  return (
    <Card title="Nodes">
      <RowsTable
        label="Nodes"
        minWidth={560}
        columns={[
          { name: "Node" },
          { name: "State" },
          { name: "Last heartbeat" },
          { name: "Work by the clock" },
        ]}
        rows={nodes.map((node) => ({ key: node.node_id, cells: cellsOf(node) }))}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {database.kind === "sqlite"
          ? "On SQLite there is one node, and it needs no heartbeat."
          : "A node that is silent for 30 seconds counts as gone: its running calls end as what they were expected to use."}
      </Text>
    </Card>
  );
}

function cellsOf({
  node_id: id,
  answers,
  is_live: isLive,
  last_heartbeat_at: at,
  runs_jobs,
}: Node) {
  return [
    <span key="id" className={classes["name"]}>
      {id}
      {answers ? " (answers now)" : ""}
    </span>,
    isLive ? (
      <ToneWord key="state" tone="fine" words="alive" />
    ) : (
      <ToneWord key="state" tone="stopped" words="silent" />
    ),
    at === null ? "not needed" : <RelativeTime key="at" at={at} />,
    runs_jobs ? "does it" : "stands by",
  ];
}
