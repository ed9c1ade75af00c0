/** The shapes of monitoring: how this node does, as earlier dashboards poll it. */
import { z } from "zod";
import { query, time, wholeNumber } from "./envelope.ts";

export const HEALTH_WORDS = ["healthy", "warning", "critical"] as const;

const healthWord = z.enum(HEALTH_WORDS);
const percent = z.number().describe("Percent, with one decimal");
const seconds = z.number().describe("Seconds");
const icon = z.string();

const cache = z
  .object({ hits: z.number(), misses: z.number(), hit_rate: percent })
  .describe("There is no cache: zeros");

/** Bare: the answer has `status` and `message` beside `data`. */
function told<Data extends z.ZodType>(payload: Data) {
  return z.object({
    success: z.literal(true),
    status: z.literal("success"),
    data: payload,
    message: z.string(),
  });
}

export const apiStatsQuery = query({
  minutes: wholeNumber({ least: 1, most: 60, otherwise: 5 }),
});

export const systemHealth = told(
  z.object({
    system_health: healthWord,
    icon,
    api_performance: z.object({
      recent_requests: z.number(),
      recent_errors: z.number(),
      error_rate: percent,
    }),
    cache_performance: cache,
    timestamp: time,
  }),
);

export const lightweightStats = told(
  z.object({
    status: healthWord,
    icon,
    recent_requests: z.number(),
    recent_errors: z.number(),
    error_rate: percent,
    timestamp: time,
  }),
);

export const apiStats = told(
  z.object({
    timestamp: time,
    overview: z.object({
      total_requests: z.number().describe("Since this node started"),
      total_errors: z.number(),
      recent_requests: z.number(),
      recent_errors: z.number(),
    }),
    cache_performance: cache,
    top_endpoints: z.array(
      z.object({
        endpoint: z.string().describe("GET and a route's pattern: no id is in it"),
        count: z.number(),
        avg_time: seconds,
        errors: z.number(),
        last_called: time.nullable(),
        cache_hit_rate: percent,
      }),
    ),
    recent_errors: z.array(
      z.object({
        timestamp: time,
        path: z.string(),
        method: z.string(),
        status_code: z.number(),
        duration: seconds,
      }),
    ),
    system_health: z.object({ status: healthWord, error_rate: percent }),
  }),
);

export const cacheStats = told(
  z.object({
    hits: z.number(),
    misses: z.number(),
    hit_rate: percent,
    total_requests: z.number(),
  }),
);
