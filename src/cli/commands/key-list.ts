/** `purser key list`: which keys there are, never what they are. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { drawTable } from "../table.ts";

export function keyListCommand(): Command {
  return newCommand({
    name: "list",
    summary: "list all keys, with the ids that `key revoke` takes",
    examples: ["purser key list", "purser key list --json"],
  }).action(async (options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const list = await purser.admin.keys();
      const columns = [
        "id",
        "kind",
        "customer",
        "name",
        "starts with",
        "made",
        "last used",
        "state",
      ];
      const rows = list.keys.map((key) => [
        key.id,
        key.kind,
        key.user_id ?? "–",
        key.name,
        key.prefix,
        day(key.created_at),
        key.last_used_at ? day(key.last_used_at) : "never",
        stateOf(key),
      ]);
      say.result(list, () =>
        rows.length === 0
          ? "There is no key yet. Make one:  purser key create <user_id>"
          : drawTable({ columns: columns.map((title) => ({ title })), rows }, say.paint),
      );
    });
  });
}

function stateOf(key: { revoked_at: string | null; expires_at: string | null }): string {
  if (key.revoked_at !== null) return "revoked";
  if (key.expires_at === null) return "in force";
  const isOver = Date.parse(key.expires_at) <= Date.now();
  return `${isOver ? "expired" : "until"} ${day(key.expires_at)}`;
}

function day(time: string): string {
  return time.slice(0, 10);
}
