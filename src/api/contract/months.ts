/** Administrators take old months of events out of the log. */
import { z } from "zod";

export const detachIn = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-01.")
    .describe("A UTC month that is over; the earliest one that is there"),
  dry_run: z
    .boolean({ error: "must be true or false." })
    .default(false)
    .describe("true: reckons everything, and changes nothing"),
  cursor: z.string().max(60).optional().describe("`next_cursor` of the part before"),
});

export const detached = z.object({
  month: z.string(),
  dry_run: z.boolean(),
  detached: z.boolean().describe("The events are in `table`, or in `archive`, now"),
  table: z
    .string()
    .nullable()
    .describe("PostgreSQL: what the events' table is called then; null until all is reckoned"),
  archive: z
    .string()
    .nullable()
    .describe("SQLite: the archive that the events are in; null until it is written"),
  bytes: z
    .number()
    .int()
    .nullable()
    .describe("What the table and its indexes take on the disk, or the archive's file"),
  counted: z
    .object({
      events: z.number().int(),
      balances: z.number().int().describe("Rows of the closing balance"),
    })
    .describe("So far"),
  has_more: z.boolean().describe("It is still being reckoned; ask on with `next_cursor`"),
  next_cursor: z.string().optional(),
});
