/** What the live stream is asked for with, and what its events hold. */
import { z } from "zod";
import { query } from "./envelope.ts";

export const streamQuery = query({
  last_event_id: z
    .string()
    .max(80)
    .optional()
    .describe("The id of the last event that was read; outranks the header Last-Event-ID"),
});
