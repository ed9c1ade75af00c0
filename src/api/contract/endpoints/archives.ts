/** Archives of months that have left the log: what there is, and the files themselves. */
import { z } from "zod";
import { archiveList } from "../archives.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";

const ARCHIVES = { method: "GET", audience: "admin", tag: "admin", body: noBody } as const;

export const listArchives = endpoint({
  ...ARCHIVES,
  path: "/api/admin/archives",
  summary: "The archives of months whose events have left the log",
  query: noQuery,
  answer: archiveList,
});

export const downloadArchive = endpoint({
  ...ARCHIVES,
  path: "/api/admin/archives/:month/download",
  summary: "An archive's file: gzipped JSON lines, an event in each with its corrections",
  description: "`month` as in the list, e.g. `2026-01` or `2026-01-2`.",
  query: noQuery,
  answer: z.string(),
  bare: true,
  contentTypes: ["application/gzip"],
  errors: ["not_found"],
});
