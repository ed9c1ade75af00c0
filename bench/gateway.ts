/** Measures the CPU time of a request through the gateway against a bare Node proxy doing the same forwarding. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { type CpuTimes, cpuTimesOf } from "./cpu-times.ts";

const ROUNDS = 5;
/** Calls at once. */
const CALLERS = 64;
const KINDS = [
  { kind: "json", model: "gpt-4.1-nano", stream: false, warmUp: 4_000, calls: 3_000 },
  { kind: "stream", model: "gpt-4.1-mini", stream: true, warmUp: 100, calls: 120 },
] as const;
type Kind = (typeof KINDS)[number];

export interface GatewayResult {
  readonly kind: "json" | "stream";
  /** Medians over the rounds, in microseconds of CPU time a call. */
  readonly bareUs: CpuTimes;
  readonly gatewayUs: CpuTimes;
  readonly ratioAllThreads: number;
  readonly ratioMainThread: number;
}

interface Target {
  readonly child: ChildProcess;
  readonly url: string;
  readonly path: string;
  readonly key: string;
}

/** Starts provider, bare proxy and gateway as processes of their own, and has them take turns. */
export async function benchGateway(): Promise<GatewayResult[]> {
  const provider = await start("simulated-upstream.ts");
  const bare = await start("bare-proxy.ts", `${provider.url}/openai`);
  const plans = fileURLToPath(new URL("plans.yaml", import.meta.url));
  const gateway = await start("gateway-server.ts", provider.url, plans);
  try {
    const key = await makeKey(gateway.url, gateway.adminKey);
    const targets = {
      bare: { child: bare.child, url: bare.url, path: "/v1/chat/completions", key },
      gateway: { child: gateway.child, url: gateway.url, path: "/openai/v1/chat/completions", key },
    };
    const results: GatewayResult[] = [];
    for (const kind of KINDS) results.push(await compare(kind, targets));
    return results;
  } finally {
    for (const { child } of [gateway, bare, provider]) child.disconnect();
  }
}

async function compare(
  kind: Kind,
  targets: { bare: Target; gateway: Target },
): Promise<GatewayResult> {
  await load(targets.bare, kind, kind.warmUp);
  await load(targets.gateway, kind, kind.warmUp);
  const bare: CpuTimes[] = [];
  const gateway: CpuTimes[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await measure(targets.bare, kind));
    gateway.push(await measure(targets.gateway, kind));
  }
  const bareUs = medians(bare);
  const gatewayUs = medians(gateway);
  return {
    kind: kind.kind,
    bareUs,
    gatewayUs,
    ratioAllThreads: gatewayUs.allThreadsUs / bareUs.allThreadsUs,
    ratioMainThread: gatewayUs.mainThreadUs / bareUs.mainThreadUs,
  };
}

async function measure(target: Target, kind: Kind): Promise<CpuTimes> {
  const before = await cpuTimesOf(target.child);
  await load(target, kind, kind.calls);
  const after = await cpuTimesOf(target.child);
  return {
    allThreadsUs: (after.allThreadsUs - before.allThreadsUs) / kind.calls,
    mainThreadUs: (after.mainThreadUs - before.mainThreadUs) / kind.calls,
  };
}

/** Sends `calls` calls, `CALLERS` at once. Throws where one is not answered with 200. */
async function load(target: Target, kind: Kind, calls: number): Promise<void> {
  const pool = new Pool(target.url, { connections: CALLERS });
  let left = calls;
  const body = JSON.stringify({
    model: kind.model,
    stream: kind.stream,
    max_completion_tokens: 400,
    messages: [
      { role: "system", content: "You are a helpful assistant of a small company." },
      { role: "user", content: "Tell me how the metered call works. ".repeat(20) },
    ],
  });
  const headers = { authorization: `Bearer ${target.key}`, "content-type": "application/json" };
  async function caller(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({ path: target.path, method: "POST", headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`);
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await pool.close();
}

async function makeKey(url: string, adminKey: string): Promise<string> {
  const admin = new Pool(url);
  const post = async (path: string, body: object): Promise<{ key?: string }> => {
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const answer = await admin.request({
      path,
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return (JSON.parse(text) as { data: { key?: string } }).data;
  };
  await post("/api/admin/customers", { id: "bench" });
  const { key = "" } = await post("/api/admin/customers/bench/keys", { name: "bench" });
  await admin.close();
  return key;
}

async function start(file: string, ...args: string[]) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio: "inherit" });
  const [said] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error(`${file} ended before it was ready.`);
    }),
  ])) as [{ readonly url: string; readonly adminKey?: string }];
  return { child, url: said.url, adminKey: said.adminKey ?? "" };
}

function medians(times: readonly CpuTimes[]): CpuTimes {
  return {
    allThreadsUs: median(times.map((one) => one.allThreadsUs)),
    mainThreadUs: median(times.map((one) => one.mainThreadUs)),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
