/** How each provider is doing: can it be called, how well it answers, and what it costs against the deployment's limits. */
import { z } from "zod";
import { dollars, time } from "./envelope.ts";
import { limitJson } from "./limits.ts";

const milliseconds = z
  .number()
  .int()
  .nullable()
  .describe("Milliseconds, right within 10 %; null where none was measured");

const figures = z.object({
  calls: z.number().int().describe("Forwarded calls, failed ones too"),
  failed: z.number().int(),
  error_rate: z.number().describe("Percent of the calls"),
  p50_ms: milliseconds,
  p95_ms: milliseconds,
});

export const providerStates = z.object({
  last_hour_from: time.describe(
    "`last_hour` counts since then: an hour ago, or later where only the newest 5,000 calls were looked at",
  ),
  month_from: time.describe("`month` counts since then: the calendar month, UTC"),
  providers: z
    .array(
      z.object({
        provider: z.string(),
        title: z.string(),
        credential: z.enum(["set", "missing", "not_needed"]),
        credential_setting: z
          .string()
          .describe("The setting that holds it, such as OPENAI_API_KEY"),
        host: z.string().describe("Where it is reached: host and port only"),
        last_hour: figures,
        month: figures.extend({ cost: dollars }),
        limits: z
          .array(
            z.object({
              limit: limitJson.describe("As in a plan file"),
              of_all: z.boolean().describe("It counts other providers as well"),
              used: z.number().describe("In the meter's unit; US dollars for cost"),
              held: z.number().describe("By calls that are running"),
              max: z.number(),
              remaining: z.number(),
              percent: z.number(),
              resets_at: time,
            }),
          )
          .describe("The deployment's limits that look at it; what is unlimited is left out"),
      }),
    )
    .describe("The busiest of this month first, then those that can be called"),
});
