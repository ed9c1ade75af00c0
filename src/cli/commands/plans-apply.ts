/** `purser plans apply` and `plans diff`: makes a plan file the plans in force, or says what that would change. */
import type { Command } from "commander";
import { newCommand, readGivenFile, type SharedOptions, withDoor } from "../command.ts";

export function plansApplyCommand(): Command {
  return newCommand({
    name: "apply [file]",
    summary: "make a plan file the plans in force; running subscriptions keep their version",
    examples: ["purser plans apply", "purser plans apply my-plans.yaml"],
  }).action((file: string | undefined, options: SharedOptions) =>
    sendPlans(file, options, { dryRun: false }),
  );
}

export function plansDiffCommand(): Command {
  return newCommand({
    name: "diff [file]",
    summary: "say what `plans apply` would change, and change nothing",
    examples: ["purser plans diff", "purser plans diff my-plans.yaml --json"],
  }).action((file: string | undefined, options: SharedOptions) =>
    sendPlans(file, options, { dryRun: true }),
  );
}

async function sendPlans(
  file: string | undefined,
  options: SharedOptions,
  { dryRun }: { dryRun: boolean },
): Promise<void> {
  await withDoor(options, async ({ config, purser, say }) => {
    const path = file ?? config.plansFile;
    const answer = await purser.admin.applyPlans({
      plans: readGivenFile(path),
      dry_run: dryRun,
    });
    say.result({ file: path, ...answer }, () => {
      if (answer.changes.length === 0) return `The plans in force are those of ${path}.`;
      const lines = answer.changes.map(({ plan, words }) => `  ${say.paint.bold(plan)}: ${words}`);
      const head = dryRun ? `Applying ${path} would change:` : `Applied ${path}:`;
      return [head, ...lines].join("\n");
    });
  });
}
