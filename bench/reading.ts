/** Does reading take longer in a full database? The pages of a customer, with ten thousand events and with ten million. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Instant, instant } from "../src/core/instant.ts";
import { readConfig } from "../src/server/config.ts";
import { type RunningServer, startServer } from "../src/server/start-server.ts";
import { startCluster } from "../test/postgres/cluster.ts";
import { type Chance, chanceOf } from "../test/simulation/chance.ts";
import { fillHistory } from "./history/fill.ts";

const { values } = parseArgs({
  options: {
    few: { type: "string", default: "10000" },
    many: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    /** A folder in which filled SQLite installations stay, and are used again. */
    keep: { type: "string" },
  },
});
const [FEW, MANY, ROUNDS] = [Number(values.few), Number(values.many), Number(values.rounds)];
const AIM = 1.5;
const KEEP_ALIVE = new Agent({ keepAlive: true });

/** A filled installation that runs. */
interface Filled {
  readonly server: RunningServer;
  readonly adminKey: string;
  readonly customers: number;
  close(): Promise<void>;
}

/** `user`: any customer; where a page is a thousand pages deep, the one with the most events. */
const PAGES: readonly (readonly [string, (user: string) => string])[] = [
  ["/dashboard", (user) => `dashboard/${user}`],
  ["/usage", (user) => `usage/${user}`],
  ["/usage of all time", (user) => `usage/${user}?billing_period=all`],
  ["/trends, 24 months", (user) => `usage/${user}/trends?months=24`],
  ["/usage-logs, first page", (user) => `usage-logs?user_id=${user}`],
  ["/usage-logs, 1,000th page", () => "usage-logs?user_id=customer-1&limit=2&offset=1998"],
];

const asked = values.only;
if (asked === undefined || asked === "sqlite") await compare("SQLite", () => Promise.resolve(null));
if (asked === undefined || asked === "postgresql") {
  const cluster = await startCluster({
    durable: true,
    settings: { shared_buffers: "1GB", max_wal_size: "4GB" },
  });
  try {
    await compare("PostgreSQL", async () => (await cluster.newDatabase()).url);
  } finally {
    await cluster.remove();
  }
}

async function compare(name: string, database: () => Promise<string | null>): Promise<void> {
  const few = await fill(FEW, await database());
  const many = await fill(MANY, await database());
  try {
    console.log(`\n${name}: ${ROUNDS} answers each, in turns; milliseconds`);
    const head = [FEW, MANY].map((events) => `${events.toLocaleString("en")} events`.padStart(26));
    console.log(`${"".padEnd(28)}${head.join("")}      ratio of p99`);
    for (const [title, path] of PAGES) await comparePage(title, path, { few, many });
    await showDepth(many);
  } finally {
    await few.close();
    await many.close();
  }
}

async function comparePage(
  title: string,
  path: (user: string) => string,
  of: { readonly few: Filled; readonly many: Filled },
): Promise<void> {
  const chance = chanceOf(Number(values.seed), 2);
  const took: { few: number[]; many: number[] } = { few: [], many: [] };
  for (let round = -20; round < ROUNDS; round += 1) {
    for (const side of ["few", "many"] as const) {
      const ms = await timed(of[side], path(anyCustomer(chance, of[side])));
      if (round >= 0) took[side].push(ms);
    }
  }
  const [few, many] = [spread(took.few), spread(took.many)];
  const ratio = many.p99 / few.p99;
  const words = ({ p50, p99 }: { p50: number; p99: number }): string =>
    `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}`.padStart(26);
  const verdict = ratio <= AIM ? "" : `  (aim: ${AIM})`;
  console.log(
    `${title.padEnd(28)}${words(few)}${words(many)}${ratio.toFixed(2).padStart(10)} ×${verdict}`,
  );
}

/** The largest customer's thousandth page of a hundred, by offset and by cursor. */
async function showDepth(many: Filled): Promise<void> {
  const deep = "usage-logs?user_id=customer-1&limit=100";
  const byOffset = await timed(many, `${deep}&offset=99900`);
  let cursor = "";
  let ms = 0;
  for (let page = 1; page <= 1_000; page += 1) {
    const startedAt = performance.now();
    const { next_cursor: next } = JSON.parse(await read(many, `${deep}${cursor}`));
    ms = performance.now() - startedAt;
    if (next === undefined) break;
    cursor = `&cursor=${next}`;
  }
  console.log(
    `the largest customer's 1,000th page of 100: by cursor ${ms.toFixed(1)} ms, by offset ${byOffset.toFixed(1)} ms`,
  );
}

async function fill(events: number, databaseUrl: string | null): Promise<Filled> {
  const { keep } = values;
  const isKept = keep !== undefined && databaseUrl === null;
  const dataDir = isKept
    ? join(keep, `history-${values.seed}-${events}`)
    : mkdtempSync(join(tmpdir(), "purser-reading-"));
  const adminKey = "an-admin-key-for-a-bench-that-listens-on-loopback";
  const config = readConfig({
    PURSER_DATA_DIR: dataDir,
    PURSER_PORT: "0",
    PURSER_ADMIN_KEY: adminKey,
    PURSER_SECRET: "a secret for a bench whose customers are all drawn",
    PURSER_LOG_LEVEL: "silent",
    ...(databaseUrl === null ? {} : { PURSER_DATABASE_URL: databaseUrl }),
  });
  const filled = join(dataDir, "filled.json");
  if (!(isKept && existsSync(filled))) {
    const startedAt = performance.now();
    const of = { seed: Number(values.seed), events, months: 24, until: today() };
    const { length } = await fillHistory(config, join(dataDir, "purser.db"), of);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    console.log(`filled ${events.toLocaleString("en")} events in ${seconds} s`);
    writeFileSync(filled, JSON.stringify({ customers: length }));
  }
  // Written above, or by an earlier run.
  const { customers } = JSON.parse(readFileSync(filled, "utf8")) as { customers: number };
  const server = await startServer(config);
  return {
    server,
    adminKey,
    customers,
    async close() {
      await server.close();
      if (!isKept) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The start of this UTC day: what was drawn is all in the past. */
function today(): Instant {
  const now = Date.now();
  return instant(now - (now % 86_400_000));
}

function anyCustomer(chance: Chance, { customers }: Filled): string {
  return `customer-${chance.between(1, customers)}`;
}

async function timed(filled: Filled, path: string): Promise<number> {
  const startedAt = performance.now();
  await read(filled, path);
  return performance.now() - startedAt;
}

function read({ server, adminKey }: Filled, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${adminKey}` };
  return new Promise((resolve, reject) => {
    const url = `${server.url}/api/subscription/${path}`;
    const question = get(url, { agent: KEEP_ALIVE, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`${path}: ${answer.statusCode} ${text}`));
      });
    });
    question.on("error", reject);
  });
}

function spread(took: readonly number[]): { p50: number; p99: number } {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
