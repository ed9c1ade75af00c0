/** Shapes of channels: where alerts go besides the page. Addresses of Slack and secrets are never shown again. */
import { z } from "zod";
import { EVENT_PATTERNS } from "../../core/alerts/event-types.ts";
import { nameIn, query, time } from "./envelope.ts";

export const CHANNEL_KINDS = ["email", "webhook", "slack"] as const;

const OVERLAP_SECONDS_MOST = 30 * 86_400;
/** For a day both secrets sign, so that a receiver has time to take the new one. */
const OVERLAP_SECONDS = 86_400;
const OVERLAP = `must be a whole number of seconds from 0 to ${OVERLAP_SECONDS_MOST}.`;
const SECRET = "must be whsec_ and the base64 of 24 to 64 random bytes; left out, one is made.";
const SECRET_BYTES_LEAST = 24;
const SECRET_BYTES_MOST = 64;
const URL = "must be an address such as https://example.com/hooks.";
const PAUSED = "must be true or false.";

const url = z.string({ error: URL }).min(1, URL).max(2_000, "must be at most 2,000 characters.");
const to = z.email("must be an e-mail address such as ops@example.com.").max(320);
const secret = z
  .string({ error: SECRET })
  .max(200, SECRET)
  .refine(isSigningSecret, SECRET)
  .describe("`whsec_` and the base64 of 24 to 64 random bytes; of a webhook only");
const events = z
  .array(z.enum(EVENT_PATTERNS, { error: `must be one of ${EVENT_PATTERNS.join(", ")}.` }), {
    error: "must be a list of events such as alert.* or operator.dead_letter.",
  })
  .min(1, 'must name an event at least; ["*"] is all of them.')
  .max(EVENT_PATTERNS.length, "must name each event once.")
  .transform((list) => [...new Set(list)])
  .describe("What goes there: event types, all of one part (`alert.*`), or all (`*`)");

export const channelIn = z.strictObject({
  kind: z.enum(CHANNEL_KINDS, { error: "must be email, webhook or slack." }),
  url: url.optional().describe("Of a webhook; of Slack the address of its incoming webhook"),
  to: to.optional().describe("Of an e-mail channel"),
  secret: secret.optional(),
  events: events.default(["*"]),
  name: nameIn.optional().describe("Left out: the address, the host, or Slack"),
  user_id: z
    .string({ error: "must be the id of a customer." })
    .optional()
    .describe("A channel of this customer: only what is about them goes there"),
  paused: z.boolean({ error: PAUSED }).default(false),
});

export const channelEditIn = z.strictObject({
  name: nameIn.optional(),
  events: events.optional(),
  url: url.optional(),
  to: to.optional(),
  paused: z.boolean({ error: PAUSED }).optional().describe("While true, nothing goes there"),
  rotate_secret: z
    .literal(true, { error: "must be true, or be left out." })
    .optional()
    .describe("Replaces a webhook's secret; goes with no other change"),
  secret: secret.optional().describe("With rotate_secret: the new one, in place of a made one"),
  overlap_seconds: z
    .number({ error: OVERLAP })
    .int(OVERLAP)
    .min(0, OVERLAP)
    .max(OVERLAP_SECONDS_MOST, OVERLAP)
    .optional()
    .describe(
      `With rotate_secret: how long the replaced secret signs too; left out, ${OVERLAP_SECONDS} (a day)`,
    ),
});

export const overlapSecondsOf = (given: number | undefined): number => given ?? OVERLAP_SECONDS;

const shownChannel = {
  id: z.number().int(),
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  user_id: z
    .string()
    .nullable()
    .describe("Whose channel it is; null: the operator's. Of an erased customer the internal id"),
  events: z.array(z.string()),
  to: z.string().optional().describe("Of an e-mail channel"),
  url: z.string().optional().describe("Without its query; of Slack only the end of it"),
  paused: z.boolean(),
  paused_at: time.nullable(),
  created_at: time,
  updated_at: time,
};

export const channel = z.object({
  ...shownChannel,
  replaced_secret_ends_at: time.optional().describe("Until then the replaced secret signs too"),
  waiting: z.number().int().describe("Messages that are to go there"),
  last_message: z
    .object({
      event: z.string(),
      state: z.enum(["pending", "sent", "dead", "dropped"]),
      created_at: time,
      error: z.string().nullable().describe("Of its last attempt that failed"),
    })
    .nullable()
    .describe("The newest that was for it; tests are not counted"),
});

/** The one answer that holds a webhook's secret. */
export const madeChannel = channel.extend({
  secret: z.string().optional().describe("Of a webhook; shown only where it is made or replaced"),
});

export const channelsQuery = query({
  user_id: z.string().optional().describe("The channels of this customer only"),
});
export const channels = z.object({ channels: z.array(channel), total: z.number().int() });

export const channelRemoved = z.object({ removed: z.literal(true) });

export const channelTested = z.object({
  delivered: z.boolean(),
  status: z.number().int().optional().describe("What the receiver answered, of HTTP or SMTP"),
  error: z.string().optional().describe("Why it was not delivered"),
  took_ms: z.number().int(),
});

function isSigningSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const padding = base64.length - base64.replace(/=+$/, "").length;
  const bytes = (base64.length / 4) * 3 - padding;
  return bytes >= SECRET_BYTES_LEAST && bytes <= SECRET_BYTES_MOST;
}
