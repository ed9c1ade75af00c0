/** A limit that an operator lifted for one customer holds for just that customer, until just that instant. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { endLift, liftLimit } from "../../src/access/limit-lifts.ts";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant, MINUTE_MS } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addPlan,
  countersOf,
  limit,
  NOW,
  openTestLedger,
  plan,
  reserveOf,
  settleOf,
  subscribe,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;
let two: number;

beforeEach(async () => {
  opened = await openTestLedger();
  two = await addPlan(opened.store, plan("two", [limit({ cap: 2n })]));
  customer = await addCustomer(opened.store, { planVersionId: two });
});
afterEach(async () => {
  expect(await audit(opened.store)).toEqual([]);
  await opened.remove();
});

function lift(to: Limit, untilMs = NOW + MINUTE_MS) {
  const { store, clock } = opened;
  const until = instant(untilMs);
  return liftLimit(
    { store, clock },
    { customerId: customer, limit: to, until, reason: null, actor: "test" },
  );
}

/** How many of that many calls are let through and settled. */
async function use(calls: number, by = customer): Promise<number> {
  let granted = 0;
  for (let index = 0; index < calls; index += 1) {
    const answer = await opened.ledger.reserve(reserveOf(by));
    if (answer.kind !== "granted") continue;
    granted += 1;
    await opened.ledger.settle(settleOf(answer.id));
  }
  return granted;
}

test("it holds at once and up to its instant, and from then on the plan's own cap does", async () => {
  const other = await addCustomer(opened.store, { planVersionId: two });
  expect(await use(3)).toBe(2);
  await lift(limit({ cap: 5n }));
  expect(await use(1)).toBe(1);
  expect(await use(3, other), "nobody else's").toBe(2);

  opened.clock.at = instant(NOW + MINUTE_MS - 1);
  expect(await use(1)).toBe(1);
  opened.clock.at = instant(NOW + MINUTE_MS);
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({
    code: "limit_reached",
    used: 4n,
    cap: 2n,
  });
  expect(await countersOf(opened.store, customer)).toEqual({ "calls * period": [4n, 0n] });
});

test("many at once come to just the cap that it was lifted to", async () => {
  await lift(limit({ cap: 37n }));
  const answers = await Promise.all(
    Array.from({ length: 120 }, () => opened.ledger.reserve(reserveOf(customer))),
  );
  const granted = answers.filter(({ kind }) => kind === "granted");
  expect(granted).toHaveLength(37);
  await Promise.all(granted.map((each) => "id" in each && opened.ledger.settle(settleOf(each.id))));
});

test("less than the plan gives takes nothing away", async () => {
  await lift(limit({ cap: 1n }));
  expect(await use(3)).toBe(2);
});

test("unlimited meanwhile, nothing is refused", async () => {
  await lift({ ...limit({ cap: 0n }), cap: { kind: "unlimited" } });
  expect(await use(6)).toBe(6);
  opened.clock.at = instant(NOW + MINUTE_MS);
  expect(await use(1)).toBe(0);
});

test("a newer lift of the same limit replaces the one before, and when it is taken back none is left", async () => {
  await lift(limit({ cap: 9n }));
  const { id } = await lift(limit({ cap: 3n }));
  expect(await use(5)).toBe(3);
  await endLift(opened, { customerId: customer, id, actor: "test" });
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({ used: 3n, cap: 2n });
});

test("it is the customer's: another plan with that limit has it too, one without is not limited by it", async () => {
  await lift(limit({ cap: 4n }));
  const daily = await addPlan(opened.store, plan("daily", [limit({ cap: 1n, per: "day" })]));
  const three = await addPlan(opened.store, plan("three", [limit({ cap: 3n })]));
  const nine = await addPlan(opened.store, plan("nine", [limit({ cap: 9n })]));
  expect(await use(1)).toBe(1);
  await subscribe(opened.store, customer, daily);
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({
    limit: { per: "day" },
    cap: 1n,
  });
  await subscribe(opened.store, customer, three);
  expect(await use(9)).toBe(3);
  // A plan that gives more gives more.
  await subscribe(opened.store, customer, nine);
  expect(await use(9)).toBe(5);
});

test("a preflight sees it as a call would", async () => {
  await lift(limit({ cap: 4n }));
  const { scope, most } = reserveOf(customer);
  const answer = await opened.ledger.preflight({
    kind: "preflight",
    payer: { customerId: customer },
    calls: Array.from({ length: 5 }, () => ({ scope, most, priced: true })),
  });
  if (answer.kind !== "preflighted") throw new Error("A preflight is answered.");
  expect(answer.verdicts.map(({ kind }) => kind)).toEqual([
    ...["fits", "fits", "fits", "fits"],
    "denied",
  ]);
});

test("thresholds are armed anew: word of it is in the outbox, and the new cap alerts once", async () => {
  await use(2);
  await lift(limit({ cap: 10n }));
  const looks = await opened.store.db
    .selectFrom("outbox")
    .select(["customer_id", "payload"])
    .where("kind", "=", "look")
    .execute();
  expect(looks).toEqual([{ customer_id: customer, payload: "{}" }]);
  await opened.ledger.look({ kind: "look", payer: { customerId: customer } });
  await use(9);
  const alerts = await opened.store.db.selectFrom("alerts").select("facts").orderBy("id").execute();
  const told = alerts.map(({ facts }) => {
    const { used, cap, threshold } = JSON.parse(facts);
    return `${used}/${cap} at ${threshold}`;
  });
  expect(told).toEqual(["2/2 at 100", "8/10 at 80", "9/10 at 90", "10/10 at 100"]);
});
