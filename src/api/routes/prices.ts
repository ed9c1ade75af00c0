/** Administrators look after the price book: what is in force, what changes, and what past calls cost by it. */
import type { z } from "zod";
import { auditRow } from "../../access/audit-log.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import { formatInstant, type Instant, instant, parseInstant } from "../../core/instant.ts";
import { usdNumber } from "../../core/money.ts";
import type { PriceRow } from "../../core/pricing/price.ts";
import { dateOrTime, priceFromJson, ratesToJson } from "../../core/pricing/price-json.ts";
import { readPriceFile } from "../../core/pricing/read-price-file.ts";
import { normalizeProvider } from "../../core/providers.ts";
import { lastDays } from "../../insights/day-range.ts";
import { openDeploymentDays } from "../../insights/deployment-days.ts";
import { DAYS_LOOKED_BACK, readUnpricedModels } from "../../insights/read-unpriced-models.ts";
import { catalogueOf } from "../../prices/catalogue.ts";
import type { PriceChange } from "../../prices/price-changes.ts";
import { readCatalogueFile } from "../../prices/read-catalogue-file.ts";
import { type Rerated, type RerateWanted, rerate } from "../../rerating/rerate.ts";
import type { Api } from "../api.ts";
import {
  addPrice,
  applyPrices,
  listPrices,
  listUnpricedModels,
  reratePrices,
  updatePrices,
} from "../contract/endpoints/prices.ts";
import type { rerateIn } from "../contract/prices.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";

export function priceRoutes(app: Api, ports: ApiPorts): void {
  listRoute(app, ports);
  unpricedRoute(app, ports);
  addRoute(app, ports);
  applyRoute(app, ports);
  updateRoute(app, ports);
  rerateRoute(app, ports);
}

function listRoute(app: Api, ports: ApiPorts): void {
  serve(app, listPrices, ({ query: { provider, model, history } }) => {
    const inForce = new Set(ports.prices.list(ports.clock.now()));
    const rows = history === "true" ? ports.prices.rows() : [...inForce];
    const prices = rows
      .filter((row) => provider === undefined || row.provider === normalizeProvider(provider))
      .filter((row) => model === undefined || row.model.toLowerCase() === model.toLowerCase())
      .map((row) => shownRow(row, inForce.has(row)));
    return { prices, total: prices.length };
  });
}

function unpricedRoute(app: Api, ports: ApiPorts): void {
  const days = openDeploymentDays(ports.store);
  serve(app, listUnpricedModels, async () => {
    const now = ports.clock.now();
    const read = await readUnpricedModels({ store: ports.store, days }, now);
    const models = read
      .map(({ firstAt, lastAt, isDealtWith, ...of }) => ({
        shown: {
          ...of,
          first_at: formatInstant(firstAt),
          last_at: formatInstant(lastAt),
          has_price: ports.prices.find({ ...of, at: now }) !== null,
        },
        isDealtWith,
      }))
      .filter(({ shown, isDealtWith }) => !shown.has_price || !isDealtWith)
      .map(({ shown }) => shown);
    return {
      since: formatInstant(lastDays(DAYS_LOOKED_BACK, now).from),
      models,
      total: models.length,
    };
  });
}

function addRoute(app: Api, ports: ApiPorts): void {
  serve(app, addPrice, async ({ body, request }) => {
    const entry = priceFromJson(body);
    const at = ports.clock.now();
    const audit = auditRow(ports.store, {
      at,
      actor: principalOf(request).actor,
      action: "prices.add",
      subject: `${entry.provider} ${entry.model}`,
      details: { rates: ratesToJson(entry.rates) },
    });
    const changes = await ports.prices.apply([entry], { at, dryRun: false, alongside: [audit] });
    return { changes: changes.map(shownChange), skipped: [], dry_run: false };
  });
}

function applyRoute(app: Api, ports: ApiPorts): void {
  serve(app, applyPrices, async ({ body: { prices, dry_run: dryRun }, request }) => {
    // JSON is YAML, so a list of prices is read by the same rules.
    const entries = readPriceFile(typeof prices === "string" ? prices : JSON.stringify({ prices }));
    const at = ports.clock.now();
    const audit = auditRow(ports.store, {
      at,
      actor: principalOf(request).actor,
      action: "prices.apply",
      subject: "prices",
      details: { prices: entries.map(({ provider, model }) => `${provider} ${model}`) },
    });
    const changes = await ports.prices.apply(entries, { at, dryRun, alongside: [audit] });
    return { changes: changes.map(shownChange), skipped: [], dry_run: dryRun };
  });
}

function updateRoute(app: Api, ports: ApiPorts): void {
  serve(app, updatePrices, async ({ body: { catalogue, dry_run: dryRun }, request }) => {
    const { providers, skipped } = readCatalogueFile(catalogue);
    const at = ports.clock.now();
    const source = `catalogue:${formatInstant(at).slice(0, 10)}`;
    const audit = auditRow(ports.store, {
      at,
      actor: principalOf(request).actor,
      action: "prices.update",
      subject: source,
    });
    const options = { at, dryRun, source, alongside: [audit] };
    const changes = await ports.prices.update(catalogueOf(providers), options);
    return { changes: changes.map(shownChange), skipped: [...skipped], dry_run: dryRun };
  });
}

function rerateRoute(app: Api, ports: ApiPorts): void {
  let running = false;
  serve(app, reratePrices, async ({ body, request }) => {
    const wanted = wantedOf(body);
    if (wanted.dryRun) return { dry_run: true, ...shownPart(await rerate(ports, wanted)) };
    if (running) {
      throw new AppError("conflict", "Past calls are being priced again already; wait for it.");
    }
    running = true;
    try {
      const part = await rerate(ports, wanted);
      await noteRerate(ports, principalOf(request).actor, wanted, part);
      return { dry_run: false, ...shownPart(part) };
    } finally {
      running = false;
    }
  });
}

function wantedOf(body: z.output<typeof rerateIn>): RerateWanted {
  return {
    provider: normalizeProvider(body.provider),
    model: body.model ?? null,
    from: body.from === undefined ? instant(0) : dateOrTime(body.from, "from"),
    to: body.to === undefined ? END_OF_TIME : dateOrTime(body.to, "to"),
    dryRun: body.dry_run,
    after: readCursor(body.cursor),
  };
}

const END_OF_TIME = parseInstant("9999-12-31T00:00:00Z", "to");

async function noteRerate(
  ports: ApiPorts,
  actor: string,
  { provider, model }: RerateWanted,
  { changes, oldCost, newCost }: Rerated,
): Promise<void> {
  if (changes.length === 0) return;
  const entry = auditRow(ports.store, {
    at: ports.clock.now(),
    actor,
    action: "prices.rerate",
    subject: `${provider} ${model ?? "*"}`,
    details: {
      changed: changes.length,
      old_cost: usdNumber(oldCost),
      new_cost: usdNumber(newCost),
    },
  });
  await ports.store.write([entry]);
}

function readCursor(cursor: string | undefined): bigint {
  if (cursor === undefined) return 0n;
  if (!/^\d{1,18}$/.test(cursor)) throw invalidField("cursor", "must be next_cursor of an answer.");
  return BigInt(cursor);
}

function shownPart(part: Rerated) {
  return {
    examined: part.examined,
    changed: part.changes.length,
    still_unpriced: part.stillUnpriced,
    old_cost: usdNumber(part.oldCost),
    new_cost: usdNumber(part.newCost),
    events: part.changes.map((change) => ({
      event_id: change.eventId,
      timestamp: formatInstant(change.at),
      model: change.model,
      old_cost: usdNumber(change.oldCost),
      new_cost: usdNumber(change.newCost),
      price_id: change.priceId,
    })),
    has_more: part.next !== null,
    ...(part.next === null ? {} : { next_cursor: part.next.toString() }),
  };
}

function shownChange({ price, kind, words }: PriceChange) {
  return { provider: price.provider, model: price.model, kind, words };
}

function shownRow(row: PriceRow, inForce: boolean) {
  const { daily } = row;
  return {
    id: row.id,
    origin: row.origin,
    provider: row.provider,
    model: row.model,
    from: row.from === 0 ? null : formatInstant(row.from),
    in_force: inForce,
    rates: ratesToJson(row.rates),
    ...(daily === undefined
      ? {}
      : { daily: { from: timeOfDay(daily.startMs), to: timeOfDay(daily.endMs) } }),
    source: row.source,
    description: row.description ?? "",
  };
}

function timeOfDay(ms: number): string {
  return formatInstant(ms as Instant).slice(11, 19);
}
