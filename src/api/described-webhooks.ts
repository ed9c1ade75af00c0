/** How the API describes what it sends: the webhooks of OpenAPI 3.1, one for each event type. */
import type { z } from "zod";
import { WEBHOOK_EVENTS } from "./contract/webhook-events.ts";

type Json = Readonly<Record<string, unknown>>;

const ABOUT = "Sent to each webhook channel that wants it, as Standard Webhooks describes.";

const HEADERS: readonly (readonly [string, string])[] = [
  ["webhook-id", "The same whenever it is sent again: drop repeats by it"],
  ["webhook-timestamp", "When this attempt was made, in seconds since 1970"],
  ["webhook-signature", "One `v1,…` for each secret that holds now, separated by a space"],
];

export function describeWebhooks(schemaOf: (schema: z.ZodType) => Json): Json {
  const parameters = HEADERS.map(([name, description]) => ({
    name,
    in: "header",
    required: true,
    description,
    schema: { type: "string" },
  }));
  const webhooks = WEBHOOK_EVENTS.map(({ type, summary, schema }) => {
    const content = { "application/json": { schema: schemaOf(schema) } };
    const post = {
      summary: summary.replace(/\.$/, ""),
      description: ABOUT,
      // Of Purser's keys none goes out; the signature says who sends it.
      security: [],
      parameters,
      requestBody: { required: true, content },
      responses: {
        "2XX": { description: "Accepted" },
        "410": { description: "Wants nothing more: it is not sent again" },
        default: { description: "Sent again later" },
      },
    };
    return [type, { post }] as const;
  });
  return Object.fromEntries(webhooks);
}
