/** How a command fails: one line that says what happened, one that says what to do, and an exit code. */
import { PurserError } from "../client/purser-error.ts";
import { AppError } from "../core/errors.ts";
import { ConfigError } from "../server/read-setting.ts";

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** A failure whose words are meant for the person at the terminal. */
export class CommandFailure extends Error {
  readonly code: string;
  /** What to do about it; empty where the first line says it already. */
  readonly mend: string;

  constructor(what: { code: string; message: string; mend: string }, options?: ErrorOptions) {
    super(what.message, options);
    this.name = "CommandFailure";
    this.code = what.code;
    this.mend = what.mend;
  }
}

/** What to do about each error code; the pages in `docs/errors/` say it at length. */
const MENDS: Readonly<Record<string, string>> = {
  conflict: "Choose another id, or go on with what is there already.",
  forbidden: "Run the command as the user who owns the data directory.",
  not_found: "Check the id; the command that lists them shows what there is.",
  plan_unknown: "Run `purser plans list` to see the plans in force.",
  starting: "Wait a moment and run the command again.",
  enforcement_unavailable: "Run `purser verify`; it says what is wrong with the database.",
  timed_out: "Look into the server's log for what it is busy with, then run the command again.",
  unreachable: "The server ended meanwhile: start it again, or run the command without it.",
  unreadable_answer: "Use the command of the version that the server is of.",
  internal: "Run it again with --debug, and look into the server's log.",
};

/** The words of any fault: never a stack, unless asked for. */
export function describeFault(fault: unknown): { code: string; message: string; mend: string } {
  if (fault instanceof CommandFailure) {
    return { code: fault.code, message: fault.message, mend: fault.mend };
  }
  const { message, mend } = splitMend(fault instanceof Error ? fault.message : String(fault));
  if (fault instanceof AppError || fault instanceof PurserError) {
    return { code: fault.code, message, mend: mend || (MENDS[fault.code] ?? "") };
  }
  if (fault instanceof ConfigError) {
    return { code: "invalid_setting", message, mend: mend || "All settings: docs/settings.md" };
  }
  return { code: "failed", message, mend: mend || "Run it again with --debug for the details." };
}

/** The messages of errors say what happened first and the mend after it; here each gets a line of its own. */
function splitMend(text: string): { message: string; mend: string } {
  const [first = "", ...others] = text.split("\n").map((line) => line.trim());
  if (others.length > 0) return { message: first, mend: others.filter(Boolean).join(" ") };
  const sentence = /^(.+?[.!?])\s+([A-Z`].*)$/.exec(first);
  if (!sentence) return { message: first, mend: "" };
  return { message: sentence[1] ?? first, mend: sentence[2] ?? "" };
}
