/** `purser serve`: runs the gateway and the API until it is told to stop. */
import type { Command } from "commander";
import type { Config } from "../../server/config.ts";
import { describeDatabase } from "../../server/describe-database.ts";
import type { RunningServer } from "../../server/start-server.ts";
import { tryToBuildDashboard } from "../build-dashboard.ts";
import { configFor, newCommand, type Say, type SharedOptions, sayFor } from "../command.ts";
import { untilToldToStop } from "../until-told-to-stop.ts";

interface Options extends SharedOptions {
  readonly host?: string;
  readonly port?: string;
}

export function serveCommand(): Command {
  return newCommand({
    name: "serve",
    summary: "run the gateway and the API",
    examples: ["purser serve", "purser serve --port 9000 --data-dir /var/lib/purser"],
  })
    .option("--host <address>", "where to listen (PURSER_HOST, 127.0.0.1)")
    .option("--port <port>", "which port (PURSER_PORT, 8787)")
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const config = configFor(options, { PURSER_HOST: options.host, PURSER_PORT: options.port });
  const say = sayFor(options);
  await tryToBuildDashboard(say.progress, config.dashboardDir);
  // Only here: no other command needs the whole server.
  const { startServer } = await import("../../server/start-server.ts");
  const server = await startServer(config);
  const adminKey = server.adminKeyShownOnce;
  const pending = server.pendingPlanChanges;
  say.result(
    {
      listening: server.url,
      data_dir: config.dataDir,
      database: describeDatabase(config),
      admin_key: adminKey,
      pending_plan_changes: pending,
    },
    () =>
      [greeting({ url: server.url, config, adminKey, say }), ...pendingLines(pending, config)].join(
        "\n",
      ),
  );
  await untilToldToStop();
  say.progress("Stopping: running calls may end, new ones are refused.");
  await server.close();
  say.progress("Stopped.");
}

/** The plan file says something else than what is in force: say so, and change nothing. */
function pendingLines(changes: RunningServer["pendingPlanChanges"], config: Config): string[] {
  if (changes.length === 0) return [];
  const lines = changes.flatMap(({ slug, words }) => words.map((word) => `    ${slug}: ${word}`));
  return ["", `  purser plans apply would change, by ${config.plansFile}:`, ...lines];
}

function greeting(on: {
  url: string;
  config: Config;
  adminKey: string | undefined;
  say: Say;
}): string {
  const { bold, dim, yellow } = on.say.paint;
  const upstreams = Object.entries(on.config.upstreams);
  const ready = upstreams.filter(([, { credential }]) => credential !== null);
  const width = Math.max(...upstreams.map(([provider]) => provider.length));
  const addresses = ready.map(
    ([provider]) => `    ${provider.padEnd(width)}  ${on.url}${addressOf(provider)}`,
  );
  const first = "purser customer add ada --plan pro --with-key";
  return [
    `${bold("Purser is running.")}  Look at ${bold(on.url)}`,
    "",
    ready.length === 0
      ? yellow(
          "  No provider has a credential yet: set OPENAI_API_KEY or another (docs/settings.md).",
        )
      : `  Point an SDK here:\n${addresses.join("\n")}`,
    "",
    ...(on.adminKey === undefined
      ? []
      : [`  The admin key, shown only now; keep it safe:`, `    ${bold(on.adminKey)}`, ""]),
    dim(`  A first customer:  ${first}`),
    dim(`  ${placesOf(on.config)}   Stop: Ctrl-C`),
  ].join("\n");
}

function placesOf(config: Config): string {
  if (config.databaseUrl === null) return `Data: ${config.dataDir}`;
  return `Database: ${describeDatabase(config)}   This node: ${config.dataDir}`;
}

/** What goes into the SDK as its base address: OpenAI's counts the version in, the others add it themselves. */
function addressOf(provider: string): string {
  return provider === "openai" ? "/openai/v1" : `/${provider}`;
}
