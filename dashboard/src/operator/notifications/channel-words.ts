/** A channel in words: of what sort it is, where it leads, and how it fares. */
import type { Tone } from "../../parts/tone-word.tsx";
import { eventWords } from "./event-words.ts";
import type { Channel, ChannelKind, Tested } from "./notice-queries.ts";

export const KIND_NAMES: Readonly<Record<ChannelKind, string>> = {
  email: "E-mail",
  webhook: "Webhook",
  slack: "Slack",
};

export const KINDS: readonly ChannelKind[] = ["email", "webhook", "slack"];

export function addressOf({ to, url }: Pick<Channel, "to" | "url">): string {
  return to ?? url ?? "";
}

/** By the newest message that was for it. */
export function fareOf(channel: Pick<Channel, "paused" | "last_message">): {
  readonly tone: Tone;
  readonly words: string;
} {
  const { paused, last_message: last } = channel;
  if (paused) return { tone: "quiet", words: "paused" };
  if (last === null) return { tone: "quiet", words: "nothing sent yet" };
  switch (last.state) {
    case "sent":
      return { tone: "fine", words: "works" };
    case "dead":
      return { tone: "close", words: "last message given up" };
    case "dropped":
      return { tone: "quiet", words: "last message dropped" };
    case "pending":
      return last.error === null
        ? { tone: "quiet", words: "sending" }
        : { tone: "close", words: "fails, is tried again" };
  }
}

export function lastWords({ event }: NonNullable<Channel["last_message"]>): string {
  return eventWords(event).toLowerCase();
}

/** What became of a test. `error` of the server ends with a full stop, or not. */
export function testWords(tested: Tested, channel: Pick<Channel, "kind">): string {
  const { delivered, status, error, took_ms: took } = tested;
  const took_words = took < 1_000 ? `${took} ms` : `${(took / 1_000).toFixed(1)} s`;
  if (!delivered) return `It did not arrive: ${error ?? "the receiver did not take it."}`;
  const answered = status === undefined ? "" : `, with the answer ${status}`;
  const look = channel.kind === "email" ? " Look in the mailbox, also among the spam." : "";
  return `The test message was taken in ${took_words}${answered}.${look}`;
}
