/** Shapes of signing in to the dashboard. */
import { z } from "zod";

const TOKEN_CHARS_MOST = 500;
const LINK_SECONDS_MOST = 86_400;
const LINK_SECONDS = `must be a whole number of seconds from 30 to ${LINK_SECONDS_MOST}.`;

export const signInBody = z
  .strictObject({
    key: z.string().min(1).max(TOKEN_CHARS_MOST).optional().describe("An admin or customer key"),
    portal_token: z.string().min(1).max(TOKEN_CHARS_MOST).optional().describe("Of a portal link"),
  })
  .refine(({ key, portal_token }) => (key === undefined) !== (portal_token === undefined), {
    error: "must be given alone: key or portal_token.",
    path: ["key"],
  });

export const session = z.object({
  kind: z.enum(["admin", "service", "customer"]),
  user_id: z.string().optional().describe("Of a customer"),
  name: z.string().optional(),
  expires_at: z.string().optional().describe("Absent: asked with a key"),
  return_url: z.string().optional().describe("Where a portal link leads back to"),
  tags: z.array(z.string()).describe("Names of tags that usage is added up by (PURSER_TAGS)"),
  version: z.string().describe("Of Purser"),
  demo: z.boolean().describe("Providers are simulated"),
  test_clock: z.boolean().describe("Ledger time can be set, and is not the present then"),
});

export const signedOut = z.object({ signed_out: z.literal(true) });

export const portalSessionIn = z.strictObject({
  return_url: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://app.example.com." })
    .max(2_000, "must be at most 2000 characters.")
    .optional(),
  ttl_seconds: z
    .number({ error: LINK_SECONDS })
    .int(LINK_SECONDS)
    .min(30, LINK_SECONDS)
    .max(LINK_SECONDS_MOST, LINK_SECONDS)
    .default(300),
});

export const portalSession = z.object({
  url: z.string().describe("Signs the customer in, once"),
  expires_at: z.string(),
});
