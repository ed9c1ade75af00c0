/** Takes numbers out: the calls themselves as the API exports them, and the table that is shown. */
import { Button, Menu } from "@mantine/core";
import { exportUsageLogs } from "../../../../src/api/contract/endpoints/usage-logs.ts";
import { endpointAddress } from "../../../../src/client/endpoint-address.ts";
import { useSubject } from "../../app/subject.tsx";

export type AskedExport = Readonly<Record<string, string | undefined>>;

export function ExportMenu({
  asked,
  table,
}: {
  /** Which calls, as the API's export is asked; null: not known yet. */
  readonly asked: AskedExport | null;
  readonly table?: { readonly label: string; readonly save: () => void };
}) {
  const { userId } = useSubject();
  const addressOf = (format: "csv" | "jsonl"): string =>
    endpointAddress(exportUsageLogs.path, {}, { user_id: userId, ...asked, format });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" disabled={asked === null}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {table === undefined ? null : <Menu.Item onClick={table.save}>{table.label}</Menu.Item>}
        <Menu.Item component="a" href={addressOf("csv")} download>
          Every call, CSV
        </Menu.Item>
        <Menu.Item component="a" href={addressOf("jsonl")} download>
          Every call, JSON lines
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
