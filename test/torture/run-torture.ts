/** One run: servers, clients and a provider, kills at random moments, and an audit whenever some kills are done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "../../src/conformance/cut-bytes.ts";
import type { SimulatedProvider } from "../../src/demo/simulated-provider.ts";
import { newAsker } from "./ask.ts";
import { auditRound } from "./audit-round.ts";
import { newAdminKey, PLANS, renewScarceCustomers, setUp } from "./cast.ts";
import { startClients } from "./clients.ts";
import type { DatabaseName, TortureDatabase } from "./database.ts";
import { type Journal, newJournal } from "./journal.ts";
import { type Kill, killOnce } from "./kill-once.ts";
import { newNode, type TortureNode } from "./node-process.ts";
import { openDatabase } from "./open-database.ts";
import type { Scene } from "./scene.ts";
import { startWatchedProvider } from "./watched-provider.ts";

export interface TortureOptions {
  readonly database: DatabaseName;
  readonly kills: number;
  readonly nodes: number;
  readonly clients: number;
  readonly killsARound: number;
  readonly seed: number;
  /** Told of each kill, and of each audit. */
  readonly progress: (what: Kill | "audit", journal: Journal) => void;
}

export interface TortureResult {
  readonly journal: Journal;
  readonly kills: readonly Kill[];
  readonly audits: number;
  readonly seconds: number;
  /** Kept where something was violated, with `journal.json` in it; else removed. */
  readonly folder: string;
}

export async function runTorture(options: TortureOptions): Promise<TortureResult> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "purser-torture-"));
  const journal = newJournal(`${options.seed}`);
  const provider = await startWatchedProvider(journal, randomFrom(options.seed + 1));
  const asker = newAsker();
  const database = await openDatabase(options.database, folder);
  const adminKey = newAdminKey();
  const nodes = startableNodes({ options, folder, provider, journal, database, adminKey });
  const randomOfUrls = randomFrom(options.seed + 2);
  const scene: Scene = {
    database,
    nodes,
    asker,
    journal,
    adminKey,
    scarce: { tight: "", penny: "" },
    scarceOfRound: [],
    someUrl: () => nodes[Math.floor(randomOfUrls() * nodes.length)]?.url ?? "",
  };
  try {
    const { kills, audits } = await rounds(scene, options);
    if (journal.violations.length > 0) keepStory(folder, journal);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { journal, kills, audits, seconds, folder };
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    await asker.close();
    await provider.close();
    await database.close();
    if (journal.violations.length === 0) rmSync(folder, { recursive: true, force: true });
  }
}

async function rounds(
  scene: Scene,
  options: TortureOptions,
): Promise<{ kills: Kill[]; audits: number }> {
  const { journal, nodes } = scene;
  const random = randomFrom(options.seed);
  await Promise.all(nodes.map((node) => node.start()));
  const cast = await setUp(scene, options.clients, (index) =>
    randomFrom(options.seed + 10 + index),
  );
  const clients = startClients(scene, cast, (fault) =>
    journal.violate(`A client failed: ${fault instanceof Error ? fault.stack : fault}`),
  );
  const kills: Kill[] = [];
  let audits = 0;
  while (kills.length < options.kills && journal.violations.length === 0) {
    const until = Math.min(options.kills, kills.length + options.killsARound);
    await renewScarceCustomers(scene);
    clients.resume();
    while (kills.length < until && journal.violations.length === 0) {
      const kill = await killOnce(scene, { random, number: kills.length + 1 });
      kills.push(kill);
      options.progress(kill, journal);
      await renewScarceCustomers(scene);
    }
    await untilAllAreUp(nodes);
    await clients.pause();
    options.progress("audit", journal);
    await auditRound(scene, cast);
    audits += 1;
    if (kills.length < options.kills) await Promise.all(nodes.map((node) => node.start()));
  }
  return { kills, audits };
}

async function untilAllAreUp(nodes: readonly TortureNode[]): Promise<void> {
  const until = performance.now() + 60_000;
  while (nodes.some(({ isUp }) => !isUp) && performance.now() < until) await sleep(20);
}

function startableNodes(of: {
  options: TortureOptions;
  folder: string;
  provider: SimulatedProvider;
  journal: Journal;
  database: TortureDatabase;
  adminKey: string;
}): TortureNode[] {
  const { options, folder, provider, journal, database, adminKey } = of;
  const plansFile = join(folder, "plans.yaml");
  writeFileSync(plansFile, PLANS);
  return Array.from({ length: options.nodes }, (_, index) => {
    const name = `node-${index + 1}`;
    const dataDir = join(folder, name);
    mkdirSync(dataDir, { recursive: true });
    return newNode({
      name,
      logFile: join(folder, `${name}.log`),
      settings: {
        PURSER_DATA_DIR: dataDir,
        PURSER_PLANS: plansFile,
        PURSER_ADMIN_KEY: adminKey,
        PURSER_SECRET: `${adminKey}${adminKey}`,
        PURSER_UPSTREAM_OPENAI: provider.upstream("openai"),
        OPENAI_API_KEY: "operators-secret",
        PURSER_DEADLINE_JSON: "5",
        PURSER_DEADLINE_SILENCE: "5",
        PURSER_DEADLINE_CALL: "10",
        PURSER_LOG_LEVEL: "warn",
        ...database.settingsOf({ dataDir }),
      },
      endedByItself: (words) => journal.violate(`${name} ${words}`),
      mayRetry: () => database.wasAwayLately(),
    });
  });
}

function keepStory(folder: string, journal: Journal): void {
  const { calls, holds, tells, arrivals, timeline, violations } = journal;
  const story = {
    violations,
    timeline,
    calls: [...calls.values()],
    holds: [...holds.values()],
    tells: [...tells.values()],
    arrivals: [...arrivals],
  };
  writeFileSync(join(folder, "journal.json"), JSON.stringify(story, null, 1));
}
