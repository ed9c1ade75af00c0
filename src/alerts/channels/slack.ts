/** Sends a message to an incoming webhook of Slack, and reads Slack's own words for what went wrong. */
import type { Attempt, Message, Target } from "../message.ts";
import { attemptOf } from "./attempt-of.ts";
import { type PostPorts, post } from "./post.ts";
import { slackBody } from "./slack-body.ts";

const GONE = "Slack does not know this webhook any more: make another one, and give its address.";
const REFUSED = "Slack did not accept the message.";
const NO_CHANNEL = "The Slack channel of this webhook is not there any more.";

/** What Slack answers as its body, none of which trying again can help. */
const FINAL_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    no_service: GONE,
    no_service_id: GONE,
    no_active_hooks: GONE,
    no_team: GONE,
    team_disabled: GONE,
    invalid_token: GONE,
    channel_not_found: NO_CHANNEL,
    user_not_found: "The Slack user of this webhook is not there any more.",
    channel_is_archived: "The Slack channel of this webhook is archived.",
    action_prohibited: "Slack does not allow this webhook to post there: ask who administers it.",
    posting_to_general_channel_denied:
      "Slack does not allow this webhook to post there: ask who administers it.",
    invalid_payload: REFUSED,
    invalid_blocks: REFUSED,
    invalid_blocks_format: REFUSED,
    no_text: REFUSED,
    missing_text_or_fallback_or_attachments: REFUSED,
  }),
);

export async function sendToSlack(
  message: Message,
  { url }: Extract<Target, { kind: "slack" }>,
  ports: PostPorts,
  signal: AbortSignal,
): Promise<Attempt> {
  const answer = await post({ url, body: slackBody(message) }, ports, signal);
  if (answer.kind === "unanswered") return attemptOf(answer);
  const { status, text, host } = answer;
  const word = text.trim();
  const known = FINAL_REASONS.get(word);
  if (known !== undefined) {
    return { kind: "failed", reason: `${known} (${word})`, status, isFinal: true };
  }
  const attempt = attemptOf(answer);
  if (attempt.kind !== "sent" || word === "ok") return attempt;
  // Any web page answers 200; only an incoming webhook says ok.
  const reason = `${host} answered ${status}, but not as Slack does: is this the address of an incoming webhook?`;
  return { kind: "failed", reason, status };
}
