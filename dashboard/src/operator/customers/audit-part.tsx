/** Who did what to a customer, their subscription and their keys. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { exactTime } from "../../parts/format.ts";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { actorWords } from "./changes-part.tsx";
import classes from "./customers.module.css";
import { type AuditEntry, auditQuery } from "./story-queries.ts";

export function AuditPart({ id }: { readonly id: string }) {
  const query = useQuery(auditQuery(id));
  return (
    <Await query={query} height={240}>
      {(entries) =>
        entries.length === 0 ? (
          <Empty title="Nothing was done">
            What you and others do for this customer stands here.
          </Empty>
        ) : (
          <RowsTable
            label="Audit log"
            minWidth={620}
            columns={[{ name: "When" }, { name: "Who" }, { name: "What" }, { name: "Details" }]}
            rows={entries.map((entry) => ({ key: entry.id, cells: cellsOf(entry) }))}
          />
        )
      }
    </Await>
  );
}

function cellsOf({ timestamp, actor, action, details }: AuditEntry) {
  return [
    <ExactTime key="when" at={timestamp} />,
    actorWords(actor),
    action,
    <Text key="details" size="xs" c="dimmed" className={classes["words"]}>
      {detailWords(details)}
    </Text>,
  ];
}

function detailWords(details: AuditEntry["details"]): string {
  return Object.entries(details)
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${valueWords(name, value)}`)
    .join(", ");
}

/** Instants are kept as milliseconds. */
function valueWords(name: string, value: unknown): string {
  if (name.endsWith("_at") && typeof value === "number") return exactTime(value);
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
