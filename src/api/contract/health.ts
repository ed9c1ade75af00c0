/** Is the process alive, and can it do its work: the shapes. */
import { z } from "zod";

export const health = z.object({ status: z.literal("ok"), version: z.string() });

export const readiness = z.object({
  status: z.literal("ready"),
  checks: z.record(z.string(), z.string()).describe("What was looked at: `ok`, or what is wrong"),
});
