/** `purser channels test`: sends a message to a channel now, and says what became of it. */
import type { Command } from "commander";
import type { z } from "zod";
import type { channelTested } from "../../api/contract/channels.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { formatWhole } from "../format-numbers.ts";
import { readRowNumber } from "../read-row-number.ts";

export type Tested = z.output<typeof channelTested>;

export function channelTestCommand(): Command {
  return newCommand({
    name: "test <id>",
    summary: "send a test message there now, once; exits with 1 where it did not arrive",
    examples: ["purser channels test 3", "purser channels test 3 --json"],
  }).action(async (id: string, options: SharedOptions) => {
    const channelId = readRowNumber(id, "a channel's id; `purser channels` shows them");
    await withDoor(options, async ({ purser, say }) => {
      const test = await purser.admin.testChannel(channelId);
      say.result(test, () => describeTest(channelId, test, say));
      if (!test.delivered) throw notDelivered(test);
    });
  });
}

export function describeTest(id: number, test: Tested, { paint }: Say): string {
  const status = test.status === undefined ? "" : `, status ${test.status}`;
  const took = `${formatWhole(test.took_ms)} ms`;
  return test.delivered
    ? `${paint.green("Delivered")} a test message by channel ${id} (${took}${status}).`
    : `${paint.red("Not delivered")} by channel ${id} (${took}${status}).`;
}

/** So that the exit code says it too. */
export function notDelivered({ error }: Tested): CommandFailure {
  return new CommandFailure({
    code: "not_delivered",
    message: error ?? "The test message was not delivered.",
    mend: "Mend that, and run `purser channels test` again.",
  });
}
