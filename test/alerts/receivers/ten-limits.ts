/** One customer under ten limits, 1,000 calls that race over their thresholds, and what these deserve. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseRow } from "../../ledger/test-database.ts";

export const CALLS = 1_000;
const PROVIDERS = ["openai", "anthropic", "gemini", "mistral"] as const;
const MODELS = {
  openai: "gpt-4.1-mini",
  anthropic: "claude-haiku-4-5",
  gemini: "gemini-2.5-flash",
  mistral: "mistral-small-latest",
} as const;
const USAGE = { input: 6, output: 4 };
const COST_USD = "0.01";
const AT_ONCE = 50;

/** All calls together are 1,000 calls, 10,000 tokens and $10, a quarter of them of each provider. */
const LIMITS = [
  { limit: "calls *", max: 1_000, thresholds: [80, 90, 100] },
  { limit: "tokens *", max: 12_000, thresholds: [80] },
  { limit: "cost *", max: "11.00", thresholds: [80, 90] },
  { limit: "calls openai", max: 250, thresholds: [80, 90, 100] },
  { limit: "tokens openai", max: 1_000, thresholds: [80, 90, 100] },
  { limit: "cost openai", max: COST_USD, thresholds: [80, 90, 100], isJumped: true },
  { limit: "calls anthropic", max: 1, thresholds: [80, 90, 100], isJumped: true },
  { limit: "tokens gemini", max: 11, thresholds: [80, 90, 100] },
  { limit: "cost mistral", max: "2.50", thresholds: [80, 90, 100] },
  { limit: "calls mistral", max: 300, thresholds: [80] },
] as const;

export const TEN_LIMITS = `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [] }
  - id: ten
    name: Ten
    tier: pro
    price: { monthly: 10, yearly: 100 }
    limits:
${LIMITS.map(({ limit, max }) => {
  const [meter, provider] = limit.split(" ");
  const of = provider === "*" ? "" : ` provider: ${provider},`;
  return `      - { meter: ${meter},${of} max: "${max}", at_cap: allow }`;
}).join("\n")}
`;

/** Each call is a request of its own, asked again under its id until it is acknowledged. `urlOf`: of that call's server. */
export async function raceCalls(of: {
  readonly customer: string;
  readonly key: string;
  readonly urlOf: (call: number) => string;
}): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let call = next++; call < CALLS; call = next++) {
      const provider = PROVIDERS[call % PROVIDERS.length] ?? "openai";
      const event = {
        id: `call-${call}`,
        provider,
        model: MODELS[provider],
        usage: USAGE,
        cost_usd: COST_USD,
      };
      for (let tries = 0; !(await isTold(of, call, event)); tries += 1) {
        if (tries > 500) throw new Error(`Nobody acknowledged ${event.id}.`);
        await sleep(50);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
}

async function isTold(
  of: Parameters<typeof raceCalls>[0],
  call: number,
  event: object,
): Promise<boolean> {
  const path = `/api/subscription/usage/${of.customer}/events`;
  try {
    const answer = await fetch(of.urlOf(call) + path, {
      method: "POST",
      headers: { authorization: `Bearer ${of.key}`, "content-type": "application/json" },
      body: JSON.stringify({ events: [event] }),
    });
    const told = await answer.text();
    if (answer.status === 503) return false;
    if (answer.status !== 200 || !told.includes('"rejected":[]')) throw new WrongAnswer(told);
    return true;
  } catch (fault) {
    // What is cut or refused is asked again; what is answered wrongly is not.
    if (fault instanceof WrongAnswer) throw fault;
    return false;
  }
}

class WrongAnswer extends Error {}

/** What is wrong with the alerts that all of these calls led to; empty where each threshold has its one. */
export async function wrongAlerts(
  rows: (select: string) => Promise<DatabaseRow[]>,
): Promise<string[]> {
  const marks = await rows(
    "select counter_key, threshold, alert_id from alert_marks where customer_id <> 'deployment' and counter_key like '% period %'",
  );
  const alerts = await rows(
    `select id, kind, customer_id, meter, provider, threshold from alerts order by id`,
  );
  const outbox = await rows("select payload from outbox where kind = 'alert' order by id");
  // Others are of what is still to come, and of the deployment.
  const ofUse = alerts.filter(
    ({ kind, customer_id }) =>
      ["threshold", "limit_reached"].includes(String(kind)) && customer_id !== "deployment",
  );
  const ofLimits = LIMITS.flatMap((each) => wrongAbout(each, marks, ofUse));
  const written = outbox.map(({ payload }) => Number(JSON.parse(String(payload)).alert_id));
  const ids = alerts.map(({ id }) => Number(id));
  const inOutbox =
    written.join(" ") === ids.join(" ") ? [] : [`alerts ${ids}, in the outbox ${written}`];
  const known = LIMITS.reduce((sum, { thresholds }) => sum + thresholds.length, 0);
  const strange = marks.length === known ? [] : [`${marks.length} marks, not ${known}`];
  return [...ofLimits, ...inOutbox, ...strange];
}

function wrongAbout(
  of: (typeof LIMITS)[number],
  allMarks: readonly DatabaseRow[],
  allAlerts: readonly DatabaseRow[],
): string[] {
  const [meter, provider] = of.limit.split(" ");
  const marks = allMarks.filter(({ counter_key }) =>
    ` ${counter_key} `.includes(` ${meter} ${provider} `),
  );
  const alerts = allAlerts.filter(
    (alert) => alert["meter"] === meter && (alert["provider"] ?? "*") === provider,
  );
  const marked = marks.map(({ threshold }) => Number(threshold)).sort((a, b) => a - b);
  const told = alerts.map(({ threshold }) => Number(threshold));
  const byMarks = marks
    .flatMap(({ alert_id, threshold }) => (alert_id === null ? [] : [Number(threshold)]))
    .sort((a, b) => a - b);
  const highest = of.thresholds.at(-1) ?? 0;
  const wrong = [
    marked.join(" ") === of.thresholds.join(" ") ? null : `marked at ${marked}`,
    told.join(" ") === byMarks.join(" ") ? null : `told at ${told}, marked as told at ${byMarks}`,
    told.at(-1) === highest ? null : `told last at ${told.at(-1)}, not ${highest}`,
    "isJumped" in of && told.length !== 1 ? `jumped in one call, and told at ${told}` : null,
  ];
  return wrong.flatMap((words) => (words === null ? [] : [`${of.limit}: ${words}`]));
}
