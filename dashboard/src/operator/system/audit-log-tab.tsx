/** Who changed what, newest first, narrowed by what the address says. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { CursorPages } from "../../parts/cursor-pages.tsx";
import { plainTime } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { PlainTime } from "../../parts/time.tsx";
import { askedLog } from "./asked-log.ts";
import { LogFilters } from "./log-filters.tsx";
import classes from "./system.module.css";
import { auditLogQuery, type LogEntry } from "./system-queries.ts";

export function AuditLogTab() {
  const [address] = useAddress();
  const asked = askedLog(address);
  const query = useQuery(auditLogQuery(asked));
  return (
    <Stack gap="md">
      <LogFilters />
      <Await query={query} height={420}>
        {({ entries, next_cursor: next }) =>
          entries.length === 0 ? (
            <Empty order={2} title="No such entries">
              Nothing that was changed fits these filters.
            </Empty>
          ) : (
            <Card>
              <div className={classes["read"]} data-stale={query.isPlaceholderData}>
                <RowsTable
                  label="Audit log, newest first"
                  minWidth={860}
                  columns={[
                    { name: "When" },
                    { name: "Who" },
                    { name: "What" },
                    { name: "Of" },
                    { name: "Details" },
                  ]}
                  rows={entries.map((entry) => ({ key: entry.id, cells: cellsOf(entry) }))}
                />
              </div>
              <CursorPages of="Audit log" next={next} />
            </Card>
          )
        }
      </Await>
    </Stack>
  );
}

function cellsOf({ timestamp, actor, action, subject, user_id: userId, details }: LogEntry) {
  return [
    <PlainTime key="when" at={timestamp} />,
    <div key="who" className={classes["actor"]}>
      {actor}
    </div>,
    <code key="what">{action}</code>,
    <Subject key="of" subject={subject} userId={userId} />,
    <Text key="details" size="xs" c="dimmed" className={classes["words"]}>
      {detailWords(details)}
    </Text>,
  ];
}

function Subject({
  subject,
  userId,
}: {
  readonly subject: string;
  readonly userId: string | null;
}) {
  return (
    <div className={classes["subject"]}>
      {userId === null ? (
        subject
      ) : (
        <PageLink to={`//customers/${encodeURIComponent(userId)}`} inherit>
          {userId}
        </PageLink>
      )}
    </div>
  );
}

function detailWords(details: LogEntry["details"]): string {
  return Object.entries(details)
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${valueWords(name, value)}`)
    .join(", ");
}

/** Instants are kept as milliseconds. */
function valueWords(name: string, value: unknown): string {
  if (name.endsWith("_at") && typeof value === "number") return plainTime(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
