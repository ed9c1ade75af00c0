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
import { catalogueOf } from "../../prices/catalogue.ts";
import type { PriceChange } from "../../prices/price-changes.ts";
import { readCatalogueFile } from "../../prices/read-catalogue-file.ts";
import { type Rerated, type RerateWanted, rerate } from "../../rerating/rerate.ts";
import type { Api } from "../api.ts";
import { noQuery, success } from "../contract/envelope.ts";
import {
  adminPrices,
  adminPricesQuery,
  applyPricesIn,
  priceChanges,
  priceIn,
  rerated,
  rerateIn,
  updatePricesIn,
} from "../contract/prices.ts";
import type { ApiPorts } from "../ports.ts";
import { principalOf } from "../who-asks.ts";

/** A catalogue file is half a megabyte, written for people to read up to three. */
const CATALOGUE_BYTES_MAX = 16 * 1024 * 1024;

export function priceRoutes(app: Api, ports: ApiPorts): void {
  listRoute(app, ports);
  addRoute(app, ports);
  applyRoute(app, ports);
  updateRoute(app, ports);
  rerateRoute(app, ports);
}

function listRoute(app: Api, ports: ApiPorts): void {
  app.get("/api/admin/prices", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "The price book: the rows in force now, or with their history",
      querystring: adminPricesQuery,
      response: { 200: success(adminPrices) },
    },
    handler: async (request) => {
      const { provider, model, history } = request.query;
      const inForce = new Set(ports.prices.list(ports.clock.now()));
      const rows = history === "true" ? ports.prices.rows() : [...inForce];
      const prices = rows
        .filter((row) => provider === undefined || row.provider === normalizeProvider(provider))
        .filter((row) => model === undefined || row.model.toLowerCase() === model.toLowerCase())
        .map((row) => shownRow(row, inForce.has(row)));
      return { success: true as const, data: { prices, total: prices.length } };
    },
  });
}

function addRoute(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/prices", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Adds a dated price; the row before it stays, and is superseded from that date on",
      querystring: noQuery,
      body: priceIn,
      response: { 201: success(priceChanges) },
    },
    handler: async (request, reply) => {
      const entry = priceFromJson(request.body);
      const at = ports.clock.now();
      const audit = auditRow(ports.store, {
        at,
        actor: principalOf(request).actor,
        action: "prices.add",
        subject: `${entry.provider} ${entry.model}`,
        details: { rates: ratesToJson(entry.rates) },
      });
      const changes = await ports.prices.apply([entry], { at, dryRun: false, alongside: [audit] });
      const data = { changes: changes.map(shownChange), skipped: [], dry_run: false };
      return reply.code(201).send({ success: true as const, data });
    },
  });
}

function applyRoute(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/prices/apply", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Puts the prices of a price file in force, or says what that would change",
      querystring: noQuery,
      body: applyPricesIn,
      response: { 200: success(priceChanges) },
    },
    handler: async (request) => {
      const { prices, dry_run: dryRun } = request.body;
      // JSON is YAML, so a list of prices is read by the same rules.
      const entries = readPriceFile(
        typeof prices === "string" ? prices : JSON.stringify({ prices }),
      );
      const at = ports.clock.now();
      const audit = auditRow(ports.store, {
        at,
        actor: principalOf(request).actor,
        action: "prices.apply",
        subject: "prices",
        details: { prices: entries.map(({ provider, model }) => `${provider} ${model}`) },
      });
      const changes = await ports.prices.apply(entries, { at, dryRun, alongside: [audit] });
      const data = { changes: changes.map(shownChange), skipped: [], dry_run: dryRun };
      return { success: true as const, data };
    },
  });
}

function updateRoute(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/prices/update", {
    config: { audience: "admin" },
    bodyLimit: CATALOGUE_BYTES_MAX,
    schema: {
      tags: ["admin"],
      summary: "Takes over what a newer catalogue says otherwise, or says what that would change",
      querystring: noQuery,
      body: updatePricesIn,
      response: { 200: success(priceChanges) },
    },
    handler: async (request) => {
      const { catalogue, dry_run: dryRun } = request.body;
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
      const data = {
        changes: changes.map(shownChange),
        skipped: [...skipped],
        dry_run: dryRun,
      };
      return { success: true as const, data };
    },
  });
}

function rerateRoute(app: Api, ports: ApiPorts): void {
  let running = false;
  app.post("/api/admin/prices/rerate", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary:
        "Prices past calls again by the prices of today, as corrections; a dry run only says so",
      querystring: noQuery,
      body: rerateIn,
      response: { 200: success(rerated) },
    },
    handler: async (request) => {
      const wanted = wantedOf(request.body);
      if (wanted.dryRun) {
        const part = await rerate(ports, wanted);
        return { success: true as const, data: { dry_run: true, ...shownPart(part) } };
      }
      if (running) {
        throw new AppError("conflict", "Past calls are being priced again already; wait for it.");
      }
      running = true;
      try {
        const part = await rerate(ports, wanted);
        await noteRerate(ports, principalOf(request).actor, wanted, part);
        return { success: true as const, data: { dry_run: false, ...shownPart(part) } };
      } finally {
        running = false;
      }
    },
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
