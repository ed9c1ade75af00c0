/** `purser key rotate`: a new key in the place of one, which ends at once or after an overlap. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { CommandFailure } from "../failure.ts";

interface Options extends SharedOptions {
  readonly overlap: string;
}

const OVERLAP_SECONDS_MOST = 2_592_000;

export function keyRotateCommand(): Command {
  return newCommand({
    name: "rotate <key_id>",
    summary: "make a new key with the same name, owner and budget, and let the other one end",
    examples: [
      "purser key rotate ca1b30a3-86c1-4929-8b94-1117d0656f2f",
      "purser key rotate ca1b30a3-86c1-4929-8b94-1117d0656f2f --overlap 86400",
    ],
  })
    .option("--overlap <seconds>", "for so long both may be used", "0")
    .action(async (keyId: string, options: Options) => {
      const overlap = Number(options.overlap);
      if (!Number.isInteger(overlap) || overlap < 0 || overlap > OVERLAP_SECONDS_MOST) {
        const message = `--overlap must be whole seconds from 0 to ${OVERLAP_SECONDS_MOST}.`;
        throw new CommandFailure({ code: "invalid_request", message, mend: "" });
      }
      await withDoor(options, async ({ purser, say }) => {
        const made = await purser.admin.rotateKey(keyId, { overlap_seconds: overlap });
        say.result(made, () =>
          [
            `${say.paint.green("Rotated.")} The new key, shown only now:  ${say.paint.bold(made.key)}`,
            overlap === 0
              ? "No call can use the other one any more."
              : `The other one ends in ${overlap} seconds.`,
          ].join("\n"),
        );
      });
    });
}
