/** Shapes of the audit log: who changed what. */
import { z } from "zod";
import { query, time, wholeNumber } from "./envelope.ts";

export const auditLogQuery = query({
  user_id: z
    .string()
    .optional()
    .describe("What was done to this customer, their subscription and their keys"),
  subject: z.string().min(1).max(200).optional().describe("The id of what was changed"),
  actor: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("E.g. `key:…`, `admin key`, `socket`, `job`"),
  action: z
    .string()
    .regex(/^[a-z]+([._-][a-z_]+)*$/, "must be an action such as key.revoke, or its first word.")
    .max(100)
    .optional()
    .describe("E.g. `key.revoke`; or the first word, for all that begin with it: `key`"),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional().describe("Exclusive"),
  limit: wholeNumber({ least: 1, most: 1_000, otherwise: 100 }),
  cursor: z.string().max(200).optional(),
});

export const auditLogPage = z.object({
  entries: z.array(
    z.object({
      id: z.number().int(),
      timestamp: time,
      actor: z.string(),
      action: z.string(),
      subject: z.string(),
      user_id: z
        .string()
        .nullable()
        .describe(
          "The customer, where the subject is one or a key of one; an erased one's internal id",
        ),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  limit: z.number().int(),
  has_more: z.boolean(),
  next_cursor: z.string().optional().describe("Whenever has_more"),
});
