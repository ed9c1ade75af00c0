/** How the installation itself is: its nodes, its queues, its database, and when it was last looked after. */
import { z } from "zod";
import { time } from "./envelope.ts";

const count = z.number().int();

export const system = z.object({
  version: z.string(),
  started_at: time.describe("Of the node that answers; real time, also with a test clock"),
  uptime_seconds: count,
  ledger_time: time.describe("The clock that usage and periods go by"),
  test_clock: z.boolean().describe("Ledger time can be set"),
  demo: z.boolean().describe("Providers are simulated"),
  mail_set_up: z.boolean(),
  nodes: z
    .array(
      z.object({
        node_id: z.string(),
        answers: z.boolean().describe("This is the node that answers"),
        last_heartbeat_at: time
          .nullable()
          .describe("By the database's clock; null on SQLite, where there is one node only"),
        is_live: z.boolean().describe("false: silent for 30 seconds; its open holds are ended"),
        runs_jobs: z.boolean().describe("Does the work by the clock; one node at a time"),
      }),
    )
    .describe("The one that answers first, then by their ids"),
  queues: z.object({
    held_calls: count.describe("Open holds: calls that run, and work that is answered later"),
    awaited_work: count.describe("Work that a provider answers later"),
    outbox_waiting: count.describe("What is to be told, not yet given out to its receivers"),
    deliveries_pending: count,
    deliveries_dead: count.describe("Given up; each can be retried"),
  }),
  database: z.object({
    kind: z.enum(["sqlite", "postgresql"]),
    size_bytes: z.number().describe("SQLite: the database and its write-ahead log"),
    schema_version: count,
  }),
  last_audit: z
    .object({
      at: time,
      differences: count,
      customers: count,
      events: count,
      counters: count,
      rollups: count,
    })
    .nullable()
    .describe("The daily recount of everything from the log; null: none has run yet"),
  last_backup: z
    .object({ at: time, file: z.string(), size_bytes: z.number(), events: count })
    .nullable()
    .describe(
      "By `purser backup` on this data folder; null: none, or PostgreSQL, which has its own",
    ),
  archives: z.object({
    count,
    events: count,
    size_bytes: z.number(),
    newest_month: z.string().nullable().describe("YYYY-MM"),
    kept_months: count
      .nullable()
      .describe("How many whole months of events stay in the database; null: all"),
  }),
});
