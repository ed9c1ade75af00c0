/** Months whose calls have left the database, as files to be downloaded. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { bytes, exactly } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await } from "../../parts/states.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { type Archive, archivesQuery, type System } from "./system-queries.ts";

export function ArchivesCard({ archives }: { readonly archives: System["archives"] }) {
  const { count, kept_months: months } = archives;
  const kept =
    months === null
      ? "All single calls stay in the database."
      : `Single calls stay in the database for ${months === 1 ? "a whole month" : `${months} whole months`} beside the present one; older ones go here.`;
  return (
    <Card title="Archives">
      <Text size="sm" c="dimmed" mb={count === 0 ? 0 : "xs"}>
        {kept} Sums are never lost.
      </Text>
      {count === 0 ? null : <Archives />}
    </Card>
  );
}

function Archives() {
  const query = useQuery(archivesQuery);
  return (
    <Await query={query} height={120}>
      {(archives) => (
        <RowsTable
          label="Archives"
          minWidth={560}
          columns={[
            { name: "Month, UTC" },
            { name: "Calls", isFigures: true },
            { name: "Size", isFigures: true },
            { name: "Made" },
            { name: "File" },
          ]}
          rows={archives.map((archive) => ({ key: archive.month, cells: cellsOf(archive) }))}
          total={[
            "Total",
            exactly(archives.reduce((sum, { events }) => sum + events, 0)),
            bytes(archives.reduce((sum, archive) => sum + archive.bytes, 0)),
            null,
            null,
          ]}
        />
      )}
    </Await>
  );
}

function cellsOf({ month, events, bytes: size, created_at: at, file, sha256, available }: Archive) {
  return [
    month,
    exactly(events),
    bytes(size),
    <RelativeTime key="at" at={at} />,
    available ? (
      <Anchor
        key="file"
        size="sm"
        href={`/api/admin/archives/${encodeURIComponent(month)}/download`}
        download={file}
        title={`SHA-256 ${sha256}`}
      >
        Download {file}
      </Anchor>
    ) : (
      `${file}, not on this node`
    ),
  ];
}
