/** Administrators list the archives of months that have left the log, and download them. */
import { z } from "zod";
import { time } from "./envelope.ts";

export const archiveList = z.object({
  archives: z
    .array(
      z.object({
        month: z
          .string()
          .describe("`2026-01`; `2026-01-2` holds what was told of the month after it had left"),
        events: z.number().int(),
        balances: z.number().int().describe("Rows of the closing balance that stands for them"),
        file: z.string().describe("Its name in PURSER_ARCHIVE_DIR"),
        bytes: z.number().int(),
        sha256: z.string().describe("Of the file as it is, in hexadecimal"),
        created_at: time,
        available: z
          .boolean()
          .describe("The node that answered has the file; with several nodes another one may"),
      }),
    )
    .describe("The earliest month first"),
});
