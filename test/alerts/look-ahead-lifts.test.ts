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

test("a lifted limit that will not be reached is not told of, a lowered one that will is", async () => {
  const raised = await ahead.customerOn([tokens(10_000n)]);
  const lowered = await ahead.customerOn([tokens(50_000n)]);
  for (const [customerId, cap] of [
    [raised, 50_000n],
    [lowered, 10_000n],
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
  expect(told.map(({ who, facts }) => [who, facts["cap"]])).toEqual([[lowered, "10000"]]);
});
