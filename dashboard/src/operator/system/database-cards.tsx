/** Where everything is kept, and the last copy of it. */
import { Code, Text } from "@mantine/core";
import { Facts } from "../../parts/facts.tsx";
import { bytes, exactly } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import type { System } from "./system-queries.ts";

const KINDS = { sqlite: "SQLite", postgresql: "PostgreSQL" } as const;

export function DatabaseCard({ system: { database } }: { readonly system: System }) {
  const size = bytes(database.size_bytes);
  return (
    <Card title="Database" h="100%">
      <Facts
        of={[
          ["Kind", KINDS[database.kind]],
          [
            "Size",
            database.kind === "sqlite" ? `${size}, with what is not yet written back` : size,
          ],
          ["Schema", exactly(database.schema_version)],
        ]}
      />
    </Card>
  );
}

export function BackupCard({
  system: { last_backup: last, database },
}: {
  readonly system: System;
}) {
  return (
    <Card title="Last backup" h="100%">
      {last === null ? (
        <Text size="sm">{noneWords(database.kind)}</Text>
      ) : (
        <Facts
          of={[
            [
              "When",
              <span key="at">
                <ExactTime at={last.at} /> (<RelativeTime at={last.at} />)
              </span>,
            ],
            ["File", last.file],
            ["Size", bytes(last.size_bytes)],
            ["Calls in it", exactly(last.events)],
          ]}
        />
      )}
      {database.kind === "sqlite" ? (
        <Text size="xs" c="dimmed" mt="xs">
          <Code fz="xs">purser backup</Code> makes one while Purser runs. The secret is not in it:
          keep that apart.
        </Text>
      ) : null}
    </Card>
  );
}

function noneWords(kind: System["database"]["kind"]): string {
  return kind === "sqlite"
    ? "None was made of this data folder."
    : "PostgreSQL has backups of its own, which Purser does not see.";
}
