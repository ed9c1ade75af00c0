/** Starts a real PostgreSQL in a temporary folder, which can be stopped, killed and started again, and leaves nothing. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accountToRunAs, findBinaries, reachableBinaries } from "./binaries.ts";
import { makeDatabase, type TestDatabase } from "./make-database.ts";
import { childrenOf, signalAll, untilGone, untilStopped } from "./processes.ts";

export interface Cluster {
  /** Its administrator's address of that database. */
  url(database?: string): string;
  newDatabase(): Promise<TestDatabase>;
  /** What PostgreSQL wrote to its log since the cluster was made. */
  log(): string;
  /** Ends every process of it at once with SIGKILL, and resolves when they are gone. The files stay as they are. */
  kill(): Promise<void>;
  /** Ends it in order (a fast shutdown). The files stay. */
  stop(): Promise<void>;
  /** Starts it again after `kill` or `stop`, in the same folder and on the same port; resolves when it takes connections. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export interface ClusterOptions {
  /** Keeps what is committed also when the machine loses power: for what kills, and what measures. */
  readonly durable?: boolean;
  /** Further settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A start after a kill replays the log first. */
const START_LIMIT_MS = 60_000;
/** Below what systems give to outgoing connections, so that none takes the port between a kill and a start. */
const PORTS = { from: 20_000, to: 32_000 };

/** Throws where there is no PostgreSQL for this machine (`findBinaries` says so beforehand), and with its log where it does not start. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = findBinaries();
  if (binaries.kind === "missing") throw new Error(`There is no PostgreSQL: ${binaries.reason}.`);
  const account = accountToRunAs();
  const folder = mkdtempSync(join(tmpdir(), "purser-postgres-"));
  const undertaker = watchOver(folder);
  const bin = reachableBinaries(binaries.folder, { account, copyTo: folder });
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const password = randomBytes(16).toString("hex");
  const place: Place = { bin, folder, account: account ?? {} };
  let postmaster: ChildProcess;
  let port: number;
  try {
    initialise(place, password);
    ({ postmaster, port } = await startOnFreePort(place, options));
  } catch (fault) {
    await ended(undertaker);
    throw fault;
  }
  const url = (database = "postgres"): string =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const stop = (): Promise<void> => end(postmaster, "SIGINT");
  return {
    url,
    newDatabase: () => makeDatabase(url()),
    log: () => readLog(folder),
    kill: () => killAll(postmaster),
    stop,
    start: async () => {
      postmaster = await restart(place, { ...options, port });
    },
    remove: async () => {
      await stop();
      await ended(undertaker);
    },
  };
}

interface Place {
  readonly bin: string;
  readonly folder: string;
  readonly account: { readonly uid?: number; readonly gid?: number };
}

/** In a group of its own, so that an interruption from the keyboard does not end it together with whom it watches. */
function watchOver(folder: string): ChildProcess {
  const script = new URL("./bury.ts", import.meta.url).pathname;
  const undertaker = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  undertaker.unref();
  (undertaker.stdin as Socket).unref();
  return undertaker;
}

async function ended(undertaker: ChildProcess): Promise<void> {
  undertaker.ref();
  const exit = once(undertaker, "exit");
  undertaker.stdin?.end();
  const [code] = await exit;
  if (code !== 0) throw new Error("A cluster could not be removed; its process says why above.");
}

function initialise({ bin, folder, account }: Place, password: string): void {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  if (account.uid !== undefined) chownSync(passwordFile, account.uid, account.gid ?? account.uid);
  const words = [
    `--pgdata=${join(folder, "db")}`,
    "--username=postgres",
    // Plain on the way, since the way is this machine only; a scrambled one costs 10 ms a connection.
    "--auth=password",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  const made = spawnSync(join(bin, "initdb"), words, { ...account, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) {
    throw new Error(`initdb failed: ${made.error?.message ?? ""} ${made.stdout} ${made.stderr}`);
  }
}

async function startOnFreePort(
  place: Place,
  options: ClusterOptions,
): Promise<{ postmaster: ChildProcess; port: number }> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const postmaster = await launch(place, { ...options, port });
    if (postmaster !== "port taken") return { postmaster, port };
  }
}

/** The port is this cluster's, so whoever has it now will not for long. */
async function restart(
  place: Place,
  options: ClusterOptions & { port: number },
): Promise<ChildProcess> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const postmaster = await launch(place, options);
    if (postmaster !== "port taken") return postmaster;
    await sleep(200);
  }
  throw new Error(`Port ${options.port} is taken.`);
}

async function launch(
  { bin, folder, account }: Place,
  options: ClusterOptions & { port: number },
): Promise<ChildProcess | "port taken"> {
  const logged = readLog(folder).length;
  const log = openSync(join(folder, "log"), "a");
  const words = Object.entries(settingsOf(options)).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const postmaster = spawn(join(bin, "postgres"), ["-D", join(folder, "db"), ...words], {
    ...account,
    cwd: folder,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  postmaster.unref();
  const failed = once(postmaster, "error").then(([fault]) => Promise.reject(fault));
  failed.catch(() => undefined);
  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += 20) {
    if (takesConnections(folder, postmaster.pid)) return postmaster;
    if (postmaster.exitCode !== null) {
      const said = readLog(folder).slice(logged);
      if (said.includes("could not bind")) return "port taken";
      throw new Error(`PostgreSQL did not start: ${said}`);
    }
    await Promise.race([sleep(20), failed]);
  }
  throw new Error(`PostgreSQL did not start in time: ${readLog(folder).slice(logged)}`);
}

function settingsOf(options: ClusterOptions & { port: number }): Record<string, string> {
  return {
    port: String(options.port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "300",
    // Files in the folder, where the default would leave some in /dev/shm after a kill.
    dynamic_shared_memory_type: "mmap",
    // A killed process loses nothing of what the system has, so without these only a crash of the whole machine would
    // harm the cluster, and that ends the tests too.
    ...(options.durable === true ? {} : { fsync: "off", full_page_writes: "off" }),
    ...options.settings,
  };
}

/** The postmaster says so in its pid file, the way pg_ctl waits for it too. */
function takesConnections(folder: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(folder, "db", "postmaster.pid"), "utf8").split("\n");
    return lines[0] === String(pid) && lines[7]?.trim() === "ready";
  } catch {
    return false; // There is none yet.
  }
}

function readLog(folder: string): string {
  try {
    return readFileSync(join(folder, "log"), "utf8");
  } catch {
    return ""; // Nothing was started yet.
  }
}

async function end(postmaster: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (postmaster.exitCode !== null || postmaster.signalCode !== null) return;
  postmaster.ref();
  const exit = once(postmaster, "exit");
  postmaster.kill(signal);
  await exit;
}

/** Stopped first, so that it makes no further child while its children are listed. */
async function killAll(postmaster: ChildProcess): Promise<void> {
  if (postmaster.pid === undefined) return;
  postmaster.kill("SIGSTOP");
  // The signal is only sent by now: in the midst of a fork it would have a child that nobody kills.
  await untilStopped(postmaster.pid);
  const children = childrenOf(postmaster.pid);
  signalAll(children, "SIGKILL");
  await end(postmaster, "SIGKILL");
  await untilGone(children);
}
