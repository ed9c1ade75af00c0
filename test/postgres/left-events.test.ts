/** What is said of events whose month was detached: they are unknown, never counted anew, and never a fault. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatInstant, instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { type RunningApi, runApi } from "../api/running-api.ts";
import { recordOf, reserveOf, settleOf } from "../ledger/support.ts";
import {
  CUSTOMERS,
  EVENTS,
  FEBRUARY,
  JANUARY,
  type OldMonths,
  openOldMonths,
  refundOf,
} from "./old-months.ts";

describe("at the ledger's door", () => {
  let old: OldMonths;
  beforeEach(async () => {
    old = await openOldMonths();
    await old.detach(JANUARY);
  });
  afterEach(() => old.remove());

  test("a second settle, a release and a correction know of no such event", async () => {
    const { ledger } = old;
    const [id] = old.eventIds.get(JANUARY) ?? [];
    if (id === undefined) throw new Error("There were events.");
    const unknown = { kind: "unknown" };
    expect(await ledger.settle(settleOf(id))).toEqual(unknown);
    expect(await ledger.correct(refundOf(id, "again"))).toEqual(unknown);
    const release = { kind: "release", id, reason: "", onlyExternal: false } as const;
    expect(await ledger.release(release)).toEqual(unknown);
    expect(await audit(old.store)).toEqual([]);
  });

  test("its id, and the id that its caller gave it, are refused for another call", async () => {
    const { ledger, sql } = old;
    const [customer] = old.customers;
    const [id] = old.eventIds.get(JANUARY) ?? [];
    if (customer === undefined || id === undefined) throw new Error("There were events.");
    const sourceId = `${JANUARY}-0`;
    const again = [
      () => ledger.reserve(reserveOf(customer, { id })),
      () => ledger.reserve(reserveOf(customer, { sourceId, owner: "external" })),
      () => ledger.record(recordOf(customer, { id })),
      () => ledger.record(recordOf(customer, { sourceId })),
    ];
    const [{ before } = {}] = await sql`select count(*) as before from event_ids`;
    for (const call of again) {
      await expect(call()).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringMatching(/counted before, in a month whose events were detached/),
      });
    }
    expect(await sql`select 1 from reservations`).toHaveLength(0);
    expect(await sql`select count(*) as before from event_ids`).toEqual([{ before }]);
    // Those that stayed are told of as ever, in the same batch as one that left.
    const [stayed, left] = await Promise.allSettled([
      ledger.record(recordOf(customer, { sourceId: `${FEBRUARY}-0` })),
      ledger.record(recordOf(customer, { sourceId })),
    ]);
    expect(stayed).toMatchObject({ status: "fulfilled", value: { duplicate: true } });
    expect(left.status).toBe("rejected");
  });

  test("what is told of the month later makes it anew, and it can leave again", async () => {
    const [customer] = old.customers;
    if (customer === undefined) throw new Error("There were customers.");
    // In an hour that has a balance already.
    const timestamp = instant(JANUARY + 1);
    const told = await old.ledger.record(recordOf(customer, { timestamp }));
    expect(await old.months()).toContain("events_2026_01");
    await old.ledger.correct(refundOf(told.event.id));
    expect(await audit(old.store)).toEqual([]);
    await expect(old.detach(FEBRUARY)).rejects.toThrow("Detach 2026-01 before it");

    const closed = () => old.sql`select value from meta where name = 'events_closed_before'`;
    const [before] = await closed();
    const out = await old.detach(JANUARY);
    expect(out).toMatchObject({ table: "detached_events_2026_01_2", events: 1 });
    const [after] = await closed();
    expect(Number(after?.["value"])).toBeGreaterThan(Number(before?.["value"]));
    expect(await audit(old.store)).toEqual([]);
    const [balance] = await old.sql`select sum(events)::bigint as events from closing_balances`;
    expect(balance?.["events"]).toBe(BigInt(CUSTOMERS * EVENTS + 1));
    expect(await old.detach(FEBRUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
    expect(await audit(old.store)).toEqual([]);
  });
});

describe("over the API", () => {
  const THEN = instant(Date.UTC(2026, 0, 10, 12));
  let api: RunningApi;
  let service: string;
  beforeAll(async () => {
    api = await runApi();
    service = await api.serviceKey();
    await api.addCustomer("ada", "basic");
    await setClock(THEN);
  });
  afterAll(() => api.close());

  function setClock(at: number) {
    const body = { now: formatInstant(instant(at)) };
    return api.ask("POST", "/api/admin/clock", { key: api.adminKey, body });
  }

  const detach = (body: object, key = api.adminKey) =>
    api.ask("POST", "/api/admin/events/detach", { key, body });

  const hold = { id: "h1", user_id: "ada", provider: "openai", model: "gpt-4o", input_tokens: 10 };
  const reserve = (id: string) =>
    api.ask("POST", "/api/subscription/reservations", { key: service, body: { ...hold, id } });
  const settle = (id: string) =>
    api.ask("POST", `/api/subscription/reservations/${id}/settle`, {
      key: service,
      body: { usage: { input: 7, output: 3 } },
    });
  const tell = (...ids: string[]) =>
    api.ask("POST", "/api/subscription/usage/ada/events", {
      key: service,
      body: {
        events: ids.map((id) => ({ id, provider: "openai", model: "gpt-4o", usage: { input: 7 } })),
      },
    });

  test("an administrator has a month detached, and it is told in words why not", async () => {
    expect((await reserve("h1")).status).toBe(200);
    expect((await settle("h1")).status).toBe(200);
    expect((await tell("e1", "e2")).body.data).toMatchObject({ recorded: 2 });
    expect((await detach({ month: "2026-01" }, service)).status).toBe(403);
    expect(await detach({ month: "2026-13" })).toMatchObject({
      status: 400,
      body: { field: "month" },
    });
    expect(await detach({ month: "2026-01", cursor: "stray" })).toMatchObject({
      status: 400,
      body: { field: "cursor" },
    });
    expect(await detach({ month: "2026-01" })).toMatchObject({
      status: 409,
      body: {
        error: "conflict",
        message: expect.stringMatching(/2026-01 is not over long enough/),
      },
    });
    await setClock(Date.UTC(2026, 1, 20));
    const dry = await detach({ month: "2026-01", dry_run: true });
    expect(dry).toMatchObject({
      status: 200,
      body: { data: { detached: false, has_more: false, counted: { events: 3 } } },
    });
    const done = await detach({ month: "2026-01" });
    expect(done.body.data).toMatchObject({ detached: true, table: "detached_events_2026_01" });
    expect((await detach({ month: "2026-01" })).status).toBe(409);
    const noted = await api.rows(
      "select actor, subject from audit_log where action = 'events.detach'",
    );
    expect(noted).toMatchObject([{ subject: "2026-01" }]);
  });

  test("what left is 404 to end and nothing to list; told again, it is a duplicate", async () => {
    expect(await settle("h1")).toMatchObject({ status: 404, body: { error: "not_found" } });
    const release = await api.ask("POST", "/api/subscription/reservations/h1/release", {
      key: service,
      body: {},
    });
    expect(release).toMatchObject({ status: 404, body: { error: "not_found" } });
    expect(await reserve("h1")).toMatchObject({ status: 409, body: { error: "conflict" } });
    const mine = await api.ask("GET", "/api/subscription/usage-logs", {
      key: service,
      headers: { "x-purser-customer": "ada" },
    });
    expect(mine).toMatchObject({ status: 200, body: { logs: [], total_count: 0 } });
    const again = await tell("e1", "e2", "e3");
    expect(again).toMatchObject({
      status: 200,
      body: { data: { recorded: 1, duplicates: 2, rejected: [] } },
    });
    const [sum] = await api.rows("select sum(events)::bigint as events from rollups_day");
    expect(Number(sum?.["events"])).toBe(4);
    const audited = await api.ask("POST", "/api/admin/audit", { key: api.adminKey, body: {} });
    expect(audited.body.data.differences).toEqual([]);
  });
});
