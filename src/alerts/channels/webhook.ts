/** Sends a message as a webhook, signed as Standard Webhooks says. */
import { Webhook } from "standardwebhooks";
import type { Attempt, Message, Target } from "../message.ts";
import { attemptOf } from "./attempt-of.ts";
import { type PostPorts, post } from "./post.ts";
import { webhookBody } from "./webhook-body.ts";

/** One attempt. The time it is signed with is the real time of this attempt, by which receivers refuse what is old. */
export async function sendWebhook(
  message: Message,
  { url, secrets }: Extract<Target, { kind: "webhook" }>,
  ports: PostPorts,
  signal: AbortSignal,
): Promise<Attempt> {
  if (secrets.length === 0) throw new Error("A webhook without a secret cannot be signed.");
  const body = webhookBody(message);
  const at = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(message.id, at, body));
  const headers = {
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
  return attemptOf(await post({ url, body, headers }, ports, signal));
}
