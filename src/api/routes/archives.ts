/** Administrators list archives of months that have left the log, and download them. */
import { formatInstant, instant } from "../../core/instant.ts";
import type { ListedArchive } from "../../retention/archives.ts";
import type { Api } from "../api.ts";
import { downloadArchive, listArchives } from "../contract/endpoints/archives.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";

export function archiveRoutes(app: Api, { archives }: Pick<ApiPorts, "archives">): void {
  serve(app, listArchives, async () => ({ archives: (await archives.list()).map(shown) }));
  serve(app, downloadArchive, async ({ params, reply }) => {
    const { row, bytes } = await archives.read(params.month);
    return reply
      .header("content-disposition", `attachment; filename="${row.file}"`)
      .header("content-length", row.bytes.toString())
      .header("etag", `"${row.sha256}"`)
      .type("application/gzip")
      .send(bytes);
  });
}

function shown({ row, isHere }: ListedArchive) {
  return {
    month: row.month,
    events: Number(row.events),
    balances: Number(row.balances),
    file: row.file,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    created_at: formatInstant(instant(Number(row.created_at))),
    available: isHere,
  };
}
