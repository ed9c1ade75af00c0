/** Writes a message as one structured line of the log. */
import { formatInstant } from "../../core/instant.ts";
import type { Attempt, Message } from "../message.ts";

type Line = (fields: Readonly<Record<string, unknown>>, text: string) => void;

/** What we need of a logger; pino's is one. */
export interface NoticeLog {
  readonly info: Line;
  readonly warn: Line;
  readonly error: Line;
}

const LEVELS = { info: "info", warning: "warn", error: "error" } as const;

export function sendToLog(message: Message, log: NoticeLog): Attempt {
  const { id, event, at, customer, words, percent } = message;
  const fields = {
    event,
    message_id: id,
    at: formatInstant(at),
    ...(customer === null ? {} : { user_id: customer.userId }),
    ...(percent === undefined ? {} : { percent }),
    message: words.message,
    ...(words.next === undefined ? {} : { next: words.next }),
    ...(words.action === undefined ? {} : { action: words.action }),
  };
  log[LEVELS[message.severity]](fields, words.title);
  return { kind: "sent" };
}
