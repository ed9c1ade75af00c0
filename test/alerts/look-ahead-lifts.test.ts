/** What will be reached is judged by the cap that holds for the customer, not by the one that is sold. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { liftLimit } from "../../src/access/limit-lifts.ts";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { limit, NOW } from "../ledger/support.ts";
import { daily, type LookingAhead, openLookingAhead } from "./looking-ahead.ts";

let ahead: LookingAhead;
beforeEach(async () => {
  ahead = await openLookingAhead();
});
afterEach(() => ahead.opened.remove());

const tokens = (cap: bigint) => limit({ meter: "tokens", provider: "gemini", cap });

test("a lifted limit that will not be reached is not told of, one that will be in spite of it is", async () => {
  const enough = await ahead.customerOn([tokens(10_000n)]);
  const little = await ahead.customerOn([tokens(9_000n)]);
  for (const [customerId, cap] of [
    [enough, 50_000n],
    [little, 10_000n],
  ] as const) {
    await ahead.use(customerId, daily(8, { tokens: 600 }));
    const until = instant(NOW + 30 * DAY_MS);
    await liftLimit(ahead.opened, {
      ...{ customerId, limit: tokens(cap), until },
      ...{ reason: null, actor: "test" },
    });
  }
  await ahead.look();
  const told = await ahead.told("projected");
  expect(told.map(({ who, facts }) => [who, facts["cap"]])).toEqual([[little, "10000"]]);
});
