/** Asks a provider for work that it answers later and, once that is over, settles its call. */
import { setImmediate as immediate } from "node:timers/promises";
import type { CallId, CustomerId } from "../../core/ids.ts";
import { DAY_MS, type Instant } from "../../core/instant.ts";
import { chargeTogether } from "../../core/pricing/charge-together.ts";
import type { Charge } from "../../core/pricing/price.ts";
import { type Usage, usageOf } from "../../core/usage.ts";
import type { EventFacts, UsageEvent } from "../../ledger/ledger.ts";
import { findRoute } from "../../providers/all.ts";
import type { Dialect, LaterWork, UsageReading } from "../../providers/dialect.ts";
import { addUsage } from "../../providers/usage-numbers.ts";
import { price } from "../6-price.ts";
import type { CallPorts, Upstream } from "../call.ts";
import { chargeFacts } from "../charge-lines.ts";
import { askLines, askProvider } from "../forward/ask-provider.ts";
import { type AskedWork, unpackAsked } from "./asked-work.ts";

/** A provider that still says nothing so long after its own time is not asked any more. */
const GIVE_UP_AFTER_MS = 7 * DAY_MS;
/** Pricing so many answers takes some milliseconds; then calls that wait get their turn. */
const CHARGES_AT_ONCE = 500;
const WORDS_MOST = 20;
const NOTHING_SAID = { outputTokensCounted: 0, problems: [] };

export interface AwaitedWork {
  readonly callId: CallId;
  readonly customerId: CustomerId;
  readonly provider: string;
  readonly objectId: string;
  /** What `packAsked` made. */
  readonly asked: string;
  readonly createdAt: Instant;
}

export interface LaterPorts extends Pick<CallPorts, "ledger" | "prices" | "clock" | "upstream"> {
  readonly dialect: (provider: string) => Dialect | null;
  /** Told of each call that was settled now. */
  readonly settled: (event: UsageEvent) => void;
}

/**
 * `over`: it is settled, by this or an earlier asking, and need not be asked for again. Rejects where the provider or
 * the ledger is away, to be tried again.
 */
export async function settleLater(
  work: AwaitedWork,
  ports: LaterPorts,
): Promise<"running" | "over"> {
  const asking = askingOf(work, ports);
  const told = await askProvider({ ...asking, path: asking.later.path(work.objectId) });
  const readings = told.status === 200 ? await endOf(told.json, asking) : null;
  if (readings === null) {
    // The hold has become an event at expected usage long since.
    const patienceMs = asking.later.withinMs + GIVE_UP_AFTER_MS;
    return ports.clock.now() - work.createdAt > patienceMs ? "over" : "running";
  }
  const answer = await ports.ledger.settle({
    kind: "settle",
    id: work.callId,
    source: "gateway",
    facts: await factsOf(readings, asking, ports),
    onlyExternal: false,
  });
  if (answer.kind === "settled" && !answer.again) ports.settled(answer.event);
  return "over";
}

interface Asking {
  readonly dialect: Dialect;
  readonly upstream: Upstream;
  readonly later: LaterWork;
  readonly asked: AskedWork;
}

function askingOf(work: AwaitedWork, ports: LaterPorts): Asking {
  const asked = unpackAsked(work.asked);
  const dialect = ports.dialect(work.provider);
  const upstream = ports.upstream(work.provider);
  const route = dialect === null ? null : findRoute(dialect, "POST", asked.path);
  const later = route === null ? null : (dialect?.later?.(route) ?? null);
  if (dialect === null || upstream === null || later === null) {
    throw new Error(`${work.provider} cannot be asked for ${asked.path} any more.`);
  }
  return { dialect, upstream, later, asked };
}

/** What each answer used: one, or many of a batch. null: it goes on. */
async function endOf(json: unknown, asking: Asking): Promise<readonly UsageReading[] | null> {
  const state = asking.later.read(json);
  switch (state.kind) {
    case "running":
      return null;
    case "over":
      return [state.reading];
    case "lines":
      return linesOf(state.paths, json, asking);
  }
}

async function linesOf(
  paths: readonly string[],
  json: unknown,
  asking: Asking,
): Promise<readonly UsageReading[]> {
  const readings: UsageReading[] = [];
  for (const path of paths) {
    for await (const text of askLines({ ...asking, path })) {
      const line = asking.later.readLine?.(text, json) ?? null;
      if (line !== null) readings.push(line.reading);
    }
  }
  return readings;
}

/** Answers that do not say what they used make it an estimate; if none says so, what was expected is counted. */
async function factsOf(
  readings: readonly UsageReading[],
  { dialect, asked }: Asking,
  ports: LaterPorts,
): Promise<EventFacts> {
  const said = readings.filter(({ usage }) => usage !== null);
  const isUnknown = said.length === 0 && readings.length > 0;
  const counted = isUnknown ? [{ ...NOTHING_SAID, usage: asked.expected }] : said;
  const charges: Charge[] = [];
  for (const [index, reading] of counted.entries()) {
    charges.push(chargeOf(reading, { dialect, asked, ports }));
    if (index % CHARGES_AT_ONCE === CHARGES_AT_ONCE - 1) await immediate();
  }
  const charge = chargeTogether(charges);
  const usage = counted.reduce<Usage>((sum, one) => addUsage(sum, one.usage ?? {}), usageOf({}));
  const words = [...new Set(readings.flatMap(({ problems }) => problems))].slice(0, WORDS_MOST);
  return {
    usage,
    ...chargeFacts(charge),
    // Cancelled or failed before any work: it is on record, and counts as no call.
    calls: Object.keys(usage).length === 0 ? 0 : 1,
    model: readings.find(({ model = "" }) => model !== "")?.model ?? asked.model,
    statusCode: 200,
    latencyMs: asked.latencyMs,
    retryCount: asked.retryCount,
    estimated: said.length < readings.length,
    ...(words.length === 0 ? {} : { errorMessage: words.join(" ") }),
    ...(asked.tags === undefined ? {} : { tags: asked.tags }),
  };
}

function chargeOf(
  reading: UsageReading,
  by: { dialect: Dialect; asked: AskedWork; ports: LaterPorts },
): Charge {
  const { dialect, asked, ports } = by;
  const { usage, model, tier, statedCost } = reading;
  return price(
    {
      metered: {
        usage: usage ?? {},
        model: model === undefined || model === "" ? asked.model : model,
        ...(tier === undefined ? {} : { tier }),
        ...(statedCost === undefined ? {} : { statedCost }),
        calls: 1,
        statusCode: 200,
        estimated: false,
      },
      provider: dialect.provider,
      modelAsked: asked.model,
      at: asked.at,
    },
    ports,
  );
}
