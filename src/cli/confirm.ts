/** Asks a person at the terminal before something that cannot be taken back; a program says `--yes`. */
import { createInterface } from "node:readline/promises";
import { CommandFailure } from "./failure.ts";

/** Throws `not_confirmed` where the answer is not yes, and where there is nobody to ask. */
export async function confirm(question: string): Promise<void> {
  if (!(process.stdin.isTTY && process.stderr.isTTY)) {
    throw notConfirmed(`${question} Nobody is there to answer.`, "Run it again with --yes.");
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C or Ctrl-D is a no.
  const ended = new Promise<string>((resolve) => asked.once("close", () => resolve("")));
  const answer = await Promise.race([asked.question(`${question} [y/N] `), ended]);
  asked.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw notConfirmed("Nothing was changed.", "");
}

function notConfirmed(message: string, mend: string): CommandFailure {
  return new CommandFailure({ code: "not_confirmed", message, mend });
}
