/** Shapes of a customer's alerts, and of how they want to hear of them. */
import { z } from "zod";
import { CUSTOMER_ALERT_KINDS } from "../../core/alerts/event-types.ts";
import { alertAtSchema } from "../../core/limits/alert-at.ts";
import { query, wholeNumber } from "./envelope.ts";
import { alert } from "./subscription.ts";

const SEVERITIES = ["info", "warning", "error"] as const;
const TYPES = alert.shape.type.options;
const KINDS = `must be a list of kinds: ${CUSTOMER_ALERT_KINDS.join(", ")}.`;
const CHANNEL = "must be true or false.";

export const alertsQuery = query({
  unread_only: z
    .enum(["true", "false"], { error: "must be true or false." })
    .default("false")
    .transform((text) => text === "true"),
  severity: z.enum(SEVERITIES, { error: `must be one of ${SEVERITIES.join(", ")}.` }).optional(),
  type: z.enum(TYPES, { error: `must be one of ${TYPES.join(", ")}.` }).optional(),
  kind: z
    .enum(CUSTOMER_ALERT_KINDS, { error: `must be one of ${CUSTOMER_ALERT_KINDS.join(", ")}.` })
    .optional(),
  limit: wholeNumber({ least: 1, most: 100, otherwise: 50 }),
  offset: wholeNumber({ least: 0, most: 1_000_000_000, otherwise: 0 }),
});

export const alertPage = z.object({
  alerts: z.array(alert),
  total: z.number().int().describe("That these filters let through"),
  unread_count: z.number().int().describe("Whatever the filters"),
});

/** Bare. */
export const markedRead = z.object({ success: z.literal(true), message: z.string() });
export const markedAllRead = z.object({ marked: z.number().int() });

const channelFields = {
  email: z.boolean({ error: CHANNEL }),
  webhook: z.boolean({ error: CHANNEL }),
  slack: z.boolean({ error: CHANNEL }),
  in_app: z.boolean({ error: CHANNEL }),
};

export const alertPreferences = z.object({
  thresholds: z
    .array(z.number().int())
    .describe("Percent of a limit, ascending; the plan's, until the customer names their own"),
  channels: z.object(channelFields),
  time_zone: z.string(),
  unsubscribed: z
    .array(z.enum(CUSTOMER_ALERT_KINDS))
    .describe("Kinds of alerts that no mails are sent about"),
});

export const alertPreferencesIn = z.strictObject({
  thresholds: alertAtSchema.nullable().describe("null: the plan's again").optional(),
  channels: z
    .strictObject(channelFields, { error: "must be { email, webhook, slack, in_app }." })
    .partial()
    .optional(),
  time_zone: z
    .string({ error: "must be a time zone such as Europe/Berlin." })
    .max(64, "must be a time zone such as Europe/Berlin.")
    .refine(isTimeZone, "must be a time zone such as Europe/Berlin.")
    .optional(),
  unsubscribed: z
    .array(z.enum(CUSTOMER_ALERT_KINDS, { error: KINDS }), { error: KINDS })
    .refine((list) => new Set(list).size === list.length, "must name each kind once.")
    .optional(),
});

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are known too, but know nothing of summer.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
