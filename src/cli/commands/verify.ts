/** `purser verify`: checks the set-up, and says what to do about each thing that is wrong. */
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../server/config.ts";
import type { Check } from "../checks/check.ts";
import {
  checkClock,
  checkDisk,
  checkFolder,
  checkNode,
  checkSecretFile,
} from "../checks/machine.ts";
import {
  checkCredentials,
  checkPlanFile,
  checkPlans,
  checkPrices,
  checkReady,
  checkSharedSecret,
  newestEvent,
} from "../checks/set-up.ts";
import { configFor, newCommand, type Say, type SharedOptions, sayFor } from "../command.ts";
import { CommandFailure, describeFault } from "../failure.ts";
import { openDoor } from "../open-door.ts";

export function verifyCommand(): Command {
  return newCommand({
    name: "verify",
    summary: "check the set-up; exits with 1 if something must be mended",
    examples: ["purser verify", "purser verify --json | jq '.checks[] | select(.state != \"ok\")'"],
  }).action(verify);
}

async function verify(options: SharedOptions): Promise<void> {
  const say = sayFor(options);
  const checks = await runChecks(options);
  const failed = checks.filter(({ state }) => state === "failed").length;
  const warnings = checks.filter(({ state }) => state === "warning").length;
  say.result({ ok: failed === 0, failed, warnings, checks }, () => report(checks, say));
  if (failed === 0) return;
  throw new CommandFailure({
    code: "set_up_wrong",
    message: `${failed} of ${checks.length} checks failed.`,
    mend: "Mend them as it says beside each, and run it again.",
  });
}

async function runChecks(options: SharedOptions): Promise<readonly Check[]> {
  const node = checkNode(process.versions.node);
  try {
    const config = configFor(options);
    const settings: Check = { name: "settings", state: "ok", found: "all of them can be read" };
    return [node, settings, ...(await checkInstallation(config))];
  } catch (fault) {
    const { message } = describeFault(fault);
    const mend = "Mend that setting; docs/settings.md lists them all.";
    return [node, { name: "settings", state: "failed", found: message, mend }];
  }
}

async function checkInstallation(config: Config): Promise<readonly Check[]> {
  const folder = await checkFolder(config.dataDir);
  const credentials = checkCredentials(config);
  if (folder.state === "failed") return [folder, credentials];
  const disk = await checkDisk(config.dataDir);
  const plans = checkPlanFile(config.plansFile);
  // Purser does not start on a plan file with a mistake, so nothing more can be asked.
  const database = plans.state === "failed" ? [plans] : await checkDatabase(config);
  const secret = await checkSecretFile(join(config.dataDir, "secret"));
  const shared = checkSharedSecret(config);
  const secrets = [secret, shared].filter((check) => check !== null);
  return [folder, disk, ...database, ...secrets, credentials];
}

async function checkDatabase(config: Config): Promise<readonly Check[]> {
  const name = "database";
  try {
    const door = await openDoor(config);
    try {
      const clock = checkClock({
        newest: await newestEvent(door),
        now: Date.now(),
        isFollowed: config.databaseUrl === null,
      });
      const asked = [await checkReady(door, config), await checkPlans(door, config)];
      return [...asked, await checkPrices(door), clock];
    } finally {
      await door.close();
    }
  } catch (fault) {
    const { message, mend } = describeFault(fault);
    return [{ name, state: "failed", found: message, mend }];
  }
}

function report(checks: readonly Check[], { paint }: Say): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const marks = {
    ok: paint.green("ok     "),
    warning: paint.yellow("warning"),
    failed: paint.red("FAILED "),
  };
  const lines = checks.flatMap((check) => [
    `${marks[check.state]}  ${check.name.padEnd(width)}  ${check.found}`,
    ...(check.mend === undefined ? [] : [`${" ".repeat(width + 11)}→ ${check.mend}`]),
  ]);
  const ready = checks.every(({ state }) => state !== "failed");
  return [...lines, ...(ready ? ["", paint.green("Ready.")] : [])].join("\n");
}
