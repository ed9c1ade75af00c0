/** A month that leaves, killed or cut off in the middle of it: it is out with its balance, or nothing has happened. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import { detachMonth } from "../../src/ledger/postgres/detach-month.ts";
import { NOW } from "../ledger/support.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import {
  CUSTOMERS,
  EVENTS,
  JANUARY,
  nothingHasHappened,
  type OldMonths,
  openOldMonths,
  readingEvents,
  untilItWaits,
} from "./old-months.ts";

let old: OldMonths;
beforeEach(async () => {
  old = await openOldMonths();
});
afterEach(() => old.remove());

test("killed while it waits, it has done nothing; run again, it does everything", async () => {
  const reader = await readingEvents(old);
  const first = old.detach(JANUARY);
  first.catch(() => undefined);
  const pid = await untilItWaits(old);
  await old.sql`select pg_terminate_backend(${pid})`;
  await expect(first).rejects.toMatchObject({ code: "enforcement_unavailable" });
  await reader.end();
  await nothingHasHappened(old);
  expect(await old.detach(JANUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
  expect(await audit(old.store)).toEqual([]);
});

/** Where its own backend is ended, each in the middle of what must come together. */
const DEATHS: Readonly<Record<string, string>> = {
  "its balance is written":
    "create trigger dies before insert on closing_balances for each row execute function die()",
  "the month is marked as closed":
    "create trigger dies after insert on meta for each row execute function die()",
  "the audit log is written":
    "create trigger dies after insert on audit_log for each row execute function die()",
  "the table is detached":
    "create event trigger dies on ddl_command_end when tag in ('ALTER TABLE') execute function die_of_ddl()",
  "it commits":
    "create constraint trigger dies after insert on closing_balances deferrable initially deferred for each row execute function die()",
};

test.each(Object.entries(DEATHS))(
  "killed when %s, nothing has happened",
  async (_when, trigger) => {
    const dying = "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10);";
    await old.sql.unsafe(`
    create function die() returns trigger language plpgsql as $$ begin ${dying} return new; end $$;
    create function die_of_ddl() returns event_trigger language plpgsql as $$ begin ${dying} end $$;
    ${trigger}`);
    await expect(old.detach(JANUARY)).rejects.toMatchObject({ code: "enforcement_unavailable" });
    await old.sql.unsafe("drop function die cascade; drop function die_of_ddl cascade");
    await nothingHasHappened(old);
    expect(await old.detach(JANUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
    expect(await audit(old.store)).toEqual([]);
  },
);

test.each(["before the commit", "after the commit"] as const)(
  "cut %s, it knows what became of it",
  async (cut) => {
    const proxy = await startCuttingProxy(old.url);
    try {
      const reader = await readingEvents(old);
      const { store } = old;
      const detaching = detachMonth(
        { store, url: proxy.url },
        { month: JANUARY, now: NOW, dryRun: false, actor: "test" },
      );
      detaching.catch(() => undefined);
      await untilItWaits(old);
      proxy.cutNext(cut);
      await reader.end();
      if (cut === "after the commit") {
        expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS });
        expect(await old.months()).not.toContain("events_2026_01");
      } else {
        await expect(detaching).rejects.toMatchObject({ code: "enforcement_unavailable" });
        await nothingHasHappened(old);
      }
      expect(proxy.cuts).toBe(1);
    } finally {
      await proxy.close();
    }
  },
);
