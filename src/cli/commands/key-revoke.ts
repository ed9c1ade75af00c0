/** `purser key revoke`: ends a key at once. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";

export function keyRevokeCommand(): Command {
  return newCommand({
    name: "revoke <key_id>",
    summary: "end a key: the next call with it is refused with 401",
    examples: ["purser key revoke ca1b30a3-86c1-4929-8b94-1117d0656f2f"],
  }).action(async (keyId: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const key = await purser.admin.revokeKey(keyId);
      say.result(
        key,
        () => `${say.paint.green("Revoked")} key ${keyId}. No call can use it any more.`,
      );
    });
  });
}
