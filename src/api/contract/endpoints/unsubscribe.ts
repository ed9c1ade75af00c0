/** The page that the link in a mail leads to: one kind of mail stops, and can be had again. */
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { noBody, query } from "../envelope.ts";

const token = z
  .string({ error: "is missing: open the link again from the mail, whole." })
  .describe("From the mail");

const PAGE = {
  path: "/unsubscribe",
  audience: "public",
  tag: "alerts",
  answer: z.string(),
  bare: true,
  contentTypes: ["text/html"],
  errors: ["not_found"],
} as const;

export const unsubscribePage = endpoint({
  ...PAGE,
  method: "GET",
  summary: "The page that a mail's link to unsubscribe leads to",
  description:
    "It changes nothing, since programs that look through mails follow links; its button does.",
  query: query({ token }),
  body: noBody,
});

export const unsubscribe = endpoint({
  ...PAGE,
  method: "POST",
  summary: "Stops one kind of mail to one customer, or with `undo` sends it again",
  description:
    "What the page's button and mail programs (RFC 8058) send. The token says whom and which kind; a body may be sent as a form and says nothing.",
  query: query({
    token,
    undo: z.enum(["true"], { error: "must be true, or be left out." }).optional(),
  }),
  body: noBody,
  bodyBytesMax: 16_384,
});
