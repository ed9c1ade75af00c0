/** Replays recordings through a real gateway, and demands the same bytes, usage and cost as without one. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { formatInstant, type Instant } from "../core/instant.ts";
import { DIALECTS, findRoute } from "../providers/all.ts";
import { objectIn, textIn } from "../providers/read-json.ts";
import { type Config, readConfig } from "../server/config.ts";
import { startServer } from "../server/start-server.ts";
import type { Placed } from "./find-dialect.ts";
import { bodyToSend } from "./make-request.ts";
import type { MeteredRecording } from "./meter-recording.ts";
import { type Replayer, startReplayer } from "./replay-server.ts";
import type { Row, Run } from "./run-recording.ts";

const PLAN = `plans:
  - { id: unlimited, name: Unlimited, tier: free, price: { monthly: 0, yearly: 0 }, limits: [] }
`;

/** One after the other; ledger time stands still at `at`, so that both ways take the same prices. */
export async function serveRecordings(
  runs: readonly Run[],
  using: { at: Instant; random: () => number },
): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-conformance-"));
  const replayer = await startReplayer(using.random);
  try {
    const settings = settingsFor(dataDir, replayer.url, runs);
    const config = readConfig(settings);
    const server = await startServer(config);
    try {
      const key = await makeKey(server.url, settings.PURSER_ADMIN_KEY, using.at);
      const rows: Row[] = [];
      for (const run of runs) {
        rows.push(await serveOne(run, { gateway: server.url, config, key, replayer }));
      }
      return rows;
    } finally {
      await server.close();
    }
  } finally {
    await replayer.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Every provider's address is the replayer's, also of those that an operator would have to add. */
function settingsFor(dataDir: string, upstream: string, runs: readonly Run[]) {
  const plans = join(dataDir, "plans.yaml");
  writeFileSync(plans, PLAN);
  const added = new Map(runs.flatMap(({ placed }) => addedBy(placed)));
  const entries = [...added].map(([name, dialect]) => ({ name, dialect, base_url: upstream }));
  const addedFile = join(dataDir, "providers.yaml");
  writeFileSync(addedFile, JSON.stringify({ providers: entries }));
  const settings = {
    PURSER_PORT: "0",
    PURSER_DATA_DIR: dataDir,
    PURSER_PLANS: plans,
    PURSER_PROVIDERS: addedFile,
    PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
    PURSER_TEST_CLOCK: "1",
  };
  const providers = DIALECTS.flatMap(({ provider, credentialSetting }) => [
    [`PURSER_UPSTREAM_${provider.toUpperCase()}`, upstream],
    [credentialSetting, "replayed"],
  ]);
  return { ...Object.fromEntries(providers), ...settings };
}

function addedBy(placed: Placed | null): [string, string][] {
  return placed?.added ? [[placed.added.name, placed.added.dialect]] : [];
}

async function makeKey(url: string, adminKey: string, at: Instant): Promise<string> {
  const ask = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path} answered ${JSON.stringify(answer)}`);
    return answer;
  };
  await ask("/api/admin/clock", { now: formatInstant(at) });
  await ask("/api/admin/customers", { id: "conformance" });
  const made = await ask("/api/admin/customers/conformance/keys", { name: "conformance" });
  return textIn(objectIn(made, "data"), "key") ?? "";
}

interface Stage {
  readonly gateway: string;
  readonly config: Config;
  readonly key: string;
  readonly replayer: Replayer;
}

async function serveOne(run: Run, stage: Stage): Promise<Row> {
  const { row, placed, metered } = run;
  if (placed === null || metered === null) return row;
  const dialect = stage.config.dialects.find(
    ({ provider }) => provider === placed.dialect.provider,
  );
  const offered = dialect && findRoute(dialect, placed.route.method, placed.path);
  if (!offered || offered.endpoint !== placed.route.endpoint) {
    const why = `Not served: the gateway does not offer ${placed.dialect.title} ${placed.route.endpoint}.`;
    return { ...row, warnings: [...row.warnings, why] };
  }
  const wrong = await differences(run, placed, metered, stage);
  if (wrong.length === 0) return row;
  const reason = [...(row.reason === undefined ? [] : [row.reason]), ...wrong].join("; ");
  return { ...row, verdict: "mismatch", reason };
}

async function differences(
  { recording, request }: Run,
  placed: Placed,
  offline: MeteredRecording,
  stage: Stage,
): Promise<string[]> {
  stage.replayer.next = recording;
  const query = placed.query.size === 0 ? "" : `?${placed.query}`;
  const address = `${stage.gateway}/${placed.dialect.provider}${placed.path}${query}`;
  const { body, contentType } = bodyToSend(request, placed.route);
  const response = await fetch(address, {
    method: "POST",
    headers: {
      authorization: `Bearer ${stage.key}`,
      ...(contentType === null ? {} : { "content-type": contentType }),
    },
    body,
  });
  const got = Buffer.from(await response.arrayBuffer());
  const wrong: string[] = [];
  if (response.status !== recording.status) {
    wrong.push(`the gateway answered ${response.status}: ${got.toString("utf8", 0, 200)}`);
  }
  if (!got.equals(offline.delivered)) wrong.push("the gateway passed other bytes");
  const event = eventOf(stage.config.dataDir, response.headers.get("x-purser-request-id") ?? "");
  return event === null
    ? [...wrong, "the gateway wrote no event"]
    : [...wrong, ...eventDifferences(event, offline)];
}

interface StoredEvent {
  readonly usage: string;
  readonly cost: bigint;
}

/** From the database file itself, as an auditor would look. */
function eventOf(dataDir: string, id: string): StoredEvent | null {
  const database = new DatabaseSync(join(dataDir, "purser.db"), { readOnly: true });
  try {
    const statement = database.prepare("select usage, cost from events where id = ?");
    statement.setReadBigInts(true);
    const row = statement.get(id);
    if (row === undefined) return null;
    return { usage: String(row["usage"]), cost: BigInt(row["cost"]?.toString() ?? "") };
  } finally {
    database.close();
  }
}

function eventDifferences(event: StoredEvent, { metered, charge }: MeteredRecording): string[] {
  const usage = sorted(JSON.parse(event.usage));
  const wanted = sorted(metered.usage);
  return [
    ...(usage === wanted ? [] : [`the gateway metered ${usage}, not ${wanted}`]),
    ...(event.cost === charge.cost
      ? []
      : [`the gateway charged ${event.cost} nano-dollars, not ${charge.cost}`]),
  ];
}

function sorted(usage: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(usage).sort()));
}
