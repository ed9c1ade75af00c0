/** A denial, as clients of the REST contract and of the gateway read it. */
import { expect, test } from "vitest";
import { limitErrorBody, retryAfterSeconds } from "../../src/call/limit-error.ts";
import { instant } from "../../src/core/instant.ts";
import type { LimitDenial } from "../../src/ledger/ledger.ts";

const scope = { provider: "gemini", model: "gemini-2.5-flash", operation: "generate" };
const denial: LimitDenial = {
  kind: "denied",
  code: "limit_reached",
  limit: {
    meter: "calls",
    provider: "gemini",
    per: "period",
    cap: { kind: "atMost", amount: 5_000n },
    atCap: "deny",
  },
  subject: "customer",
  used: 5_000n,
  held: 0n,
  cap: 5_000n,
  requested: 1n,
  at: instant(Date.parse("2026-04-11T00:00:00Z")),
  resetsAt: instant(Date.parse("2026-05-01T00:00:00Z")),
  planVersionId: 3,
};

test("a limit error has the fields that API.md promises", () => {
  const upgrade = {
    plan_id: 4,
    plan_name: "Enterprise",
    price_monthly: 199,
    reason: "Enterprise has no limit on Gemini calls.",
  };
  const body = limitErrorBody({ denial, scope, requestId: "r-1", upgrade });
  const message =
    "5,000 of 5,000 Gemini calls are used; this call does not fit. The limit resets at 2026-05-01T00:00:00.000Z. " +
    "Enterprise has no limit on Gemini calls.";
  expect(body).toEqual({
    success: false,
    error: "limit_reached",
    message,
    detail: message,
    request_id: "r-1",
    provider: "gemini",
    upgrade,
    usage_info: {
      operation_type: "generate",
      error_type: "call_limit",
      current_calls: 5_000,
      limit: 5_000,
    },
    limit: { meter: "calls", provider: "gemini", per: "period" },
    used: 5_000,
    held: 0,
    requested: 1,
    cap: 5_000,
    resets_at: "2026-05-01T00:00:00.000Z",
    retry_after_seconds: 20 * 86_400,
  });
});

test("money in a limit error is in dollars, exact to the nano-dollar", () => {
  const cost: LimitDenial = {
    ...denial,
    limit: {
      meter: "cost",
      per: "period",
      cap: { kind: "atMost", amount: 150_000_000_000n },
      atCap: "deny",
    },
    used: 149_999_999_999n,
    cap: 150_000_000_000n,
    requested: 2n,
  };
  expect(limitErrorBody({ denial: cost, scope, requestId: "r", upgrade: null })).toMatchObject({
    used: 149.999999999,
    cap: 150,
    requested: 0.000000002,
    usage_info: { error_type: "cost_limit", current_cost: 149.999999999, limit: 150 },
  });
});

test("a hold in flight may end any moment, so a retry is offered after a second", () => {
  expect(retryAfterSeconds({ ...denial, code: "limit_held", held: 3n })).toBe(1);
  expect(retryAfterSeconds(denial)).toBe(1_728_000);
});
