/** Subscribing and changing plans over HTTP: who may, what it comes to, and what it leaves behind. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
});
afterAll(() => api.close());

const subscription = (userId: string) => by.read("user/@/subscription", userId);

describe("who may subscribe to what", () => {
  test("a customer without a subscription is on the default plan", async () => {
    const ada = await api.addCustomer("ada");
    expect(await by.read("user/@/subscription", "ada", ada)).toMatchObject({
      subscription: null,
      plan: { name: "Free", tier: "free", price_monthly: 0, price_yearly: 0, is_free: true },
      limits: { gemini_calls: 100 },
    });
    expect(await by.read("status/@", "ada", ada)).toMatchObject({
      active: true,
      plan: "free",
      tier: "free",
      can_use_api: true,
    });
    expect(await by.read("renewal-history/@", "ada", ada)).toEqual({
      renewals: [],
      total_count: 0,
      limit: 50,
      offset: 0,
      has_more: false,
    });
    expect(await by.read("billing-history/@", "ada", ada)).toEqual({
      invoices: [],
      total_count: 0,
      limit: 50,
      offset: 0,
      has_more: false,
    });
  });

  test("a customer's own key gets a free plan, and never one that costs", async () => {
    const own = await api.addCustomer("own");
    for (const billing_cycle of ["monthly", "yearly"]) {
      const refused = await by.change("subscribe", "own", { plan_id: "pro", billing_cycle }, own);
      expect(refused).toMatchObject({ status: 402, body: { error: "payment_required" } });
      expect(refused.body).not.toHaveProperty("checkout_url");
    }
    expect((await subscription("own")).subscription).toBeNull();
    const free = await by.change("subscribe", "own", { plan_id: "free" }, own);
    expect(free).toMatchObject({ status: 200, body: { data: { plan_name: "Free" } } });
    const up = { plan_id: "basic", billing_cycle: "monthly", when: "now" };
    expect((await by.change("change-plan", "own", up, own)).status).toBe(402);
    const later = { ...up, when: "period_end" };
    expect((await by.change("change-plan", "own", later, own)).status).toBe(402);
    const trial = { plan_id: "free", trial_days: 3 };
    expect((await by.change("subscribe", "own", trial, own)).status).toBe(403);
  });

  test("a service key grants, also to somebody who has never called, and the audit log says so", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    const granted = await by.change("subscribe", "newcomer", {
      plan_id: "pro",
      billing_cycle: "yearly",
    });
    expect(granted.body.data).toMatchObject({
      plan_name: "Pro",
      billing_cycle: "yearly",
      current_period_start: "2026-04-01T00:00:00.000Z",
      current_period_end: "2027-04-01T00:00:00.000Z",
      status: "active",
      limits: { gemini_calls: 5_000 },
    });
    expect(granted.body.data.subscription_id).toBeGreaterThan(0);
    const log = await api.rows(
      "select actor, action, details from audit_log where action = 'subscription.subscribe' order by id desc",
    );
    expect(log[0]).toMatchObject({ actor: expect.stringMatching(/^key:/) });
    expect(await by.read("renewal-history/@", "newcomer")).toMatchObject({
      renewals: [
        {
          plan_name: "Pro",
          plan_tier: "pro",
          previous_period_start: null,
          previous_plan_name: null,
          renewal_type: "new",
          renewal_count: 0,
          usage_before_renewal: null,
          payment_amount: 0,
          payment_status: "paid",
        },
      ],
      total_count: 1,
      has_more: false,
    });
    const unknown = await api.ask("POST", "/api/subscription/subscribe/nobody-yet", {
      key: api.adminKey,
      body: { plan_id: "pro" },
    });
    expect(unknown.status).toBe(404);
  });

  test("another customer's subscription is neither read nor changed", async () => {
    const eve = await api.addCustomer("eve");
    for (const path of ["user/newcomer/subscription", "status/newcomer", "user/newcomer/changes"]) {
      expect((await api.ask("GET", `/api/subscription/${path}`, { key: eve })).status).toBe(403);
    }
    for (const what of ["subscribe", "cancel", "resume", "change-plan"]) {
      expect((await by.change(what, "newcomer", { plan_id: "free" }, eve)).status).toBe(403);
    }
    for (const what of ["pause", "payment-failed", "payment-received"]) {
      const path = `/api/admin/customers/newcomer/${what}`;
      expect((await api.ask("POST", path, { key: eve })).status).toBe(403);
    }
  });

  test("what is not understood is refused by name, and unknown plans by their own code", async () => {
    const bad: [string, unknown, string][] = [
      ["subscribe", { plan_id: "pro", billing_cycle: "weekly" }, "billing_cycle"],
      ["subscribe", { plan_id: ["pro"] }, "plan_id"],
      ["subscribe", { plan_id: "pro", trial_days: 0 }, "trial_days"],
      ["subscribe", { plan_id: "pro", trial_end: "2020-01-01T00:00:00Z" }, "trial_end"],
      ["subscribe", { plan_id: "pro", trial_then: "cancel" }, "trial_then"],
      ["subscribe", { plan_id: "pro", price: 0 }, "price"],
      ["cancel", { at: "tomorrow" }, "at"],
      ["change-plan", { plan_id: "pro", when: "soon" }, "when"],
      ["change-plan", { plan_id: "pro", preview: "yes" }, "preview"],
    ];
    for (const [what, body, field] of bad) {
      expect(await by.change(what, "newcomer", body)).toMatchObject({
        status: 400,
        body: { error: "invalid_request", field },
      });
    }
    const unknown = await by.change("subscribe", "newcomer", { plan_id: "gold" });
    expect(unknown).toMatchObject({ status: 422, body: { error: "plan_unknown" } });
  });
});

describe("changing the plan", () => {
  test("a preview says what it comes to by the day, and changes nothing", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    await by.change("subscribe", "pia", { plan_id: "basic" });
    await by.setClock("2026-04-11T00:00:00Z");
    const before = await subscription("pia");
    const preview = await by.change("change-plan", "pia", { plan_id: "pro", preview: true });
    expect(preview.body.data).toMatchObject({
      lines: [{ amount: -19.33 }, { amount: 52.67 }],
      total_due: 33.34,
      effective_at: "2026-04-11T00:00:00.000Z",
      subscription: before.subscription,
    });
    expect(await subscription("pia")).toEqual(before);
    const strangers = await by.change("change-plan", "stranger", { plan_id: "pro", preview: true });
    expect(strangers.body.data).toMatchObject({
      lines: [{ amount: 79 }],
      total_due: 79,
      subscription: null,
    });
    const stored = await api.rows("select count(*) as n from customers");
    await by.change("change-plan", "stranger", { plan_id: "pro", preview: true });
    expect(await api.rows("select count(*) as n from customers")).toEqual(stored);
  });

  test("a change now keeps the period, and its cap holds at once with what was used", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    await by.change("subscribe", "uma", { plan_id: "pro" });
    const events = Array.from({ length: 60 }, (_, n) => ({
      id: `uma${n}`,
      provider: "mistral",
      model: "x",
      usage: { input: 1 },
    }));
    await api.ask("POST", "/api/subscription/usage/uma/events", {
      key: by.service,
      body: { events },
    });
    await by.setClock("2026-04-11T00:00:00Z");
    const down = await by.change("change-plan", "uma", { plan_id: "free", when: "now" });
    expect(down.body.data.subscription).toMatchObject({
      plan: { slug: "free" },
      current_period_start: "2026-04-01T00:00:00.000Z",
      current_period_end: "2026-05-01T00:00:00.000Z",
    });
    // Free has 50 calls to Mistral, and 60 were made.
    expect((await by.reserve("uma", "mistral", "mistral-small-latest")).status).toBe(429);
    await by.change("change-plan", "uma", { plan_id: "pro", when: "now" });
    expect((await by.reserve("uma", "mistral", "mistral-small-latest")).status).toBe(200);
    expect(await by.read("renewal-history/@", "uma")).toMatchObject({
      renewals: [
        {
          renewal_type: "upgrade",
          previous_plan_name: "Free",
          usage_before_renewal: { total_calls: 60 },
        },
        {
          renewal_type: "downgrade",
          previous_plan_name: "Pro",
          usage_before_renewal: { total_calls: 60 },
        },
        { renewal_type: "new" },
      ],
    });
  });

  test("back and forth, cancelled and subscribed anew: nobody gains a fresh allowance", async () => {
    await by.setClock("2026-06-01T00:00:00Z");
    await by.change("subscribe", "gus", { plan_id: "basic" });
    const calls = async () => (await by.read("usage/@", "gus")).total_calls;
    const events = [{ id: "g", provider: "gemini", model: "x", usage: { input: 1 } }];
    await api.ask("POST", "/api/subscription/usage/gus/events", {
      key: by.service,
      body: { events },
    });
    await by.setClock("2026-06-02T00:00:00Z");
    const anchor = await api.rows("select usage_anchor from customers order by usage_anchor");
    await by.change("change-plan", "gus", {
      plan_id: "basic",
      billing_cycle: "yearly",
      when: "now",
    });
    expect(await calls()).toBe(1);
    await by.change("cancel", "gus", { at: "now" });
    await by.change("subscribe", "gus", { plan_id: "pro", trial_days: 5 });
    expect(await calls()).toBe(1);
    await by.admin("gus", "payment-failed", { grace_days: 1 });
    await by.setClock("2026-06-20T00:00:00Z");
    await by.change("resume", "gus");
    expect(await calls()).toBe(1);
    expect(await api.rows("select usage_anchor from customers order by usage_anchor")).toEqual(
      anchor,
    );
  });

  test("a change of the cycle begins a paid period now", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    await by.change("subscribe", "cyd", { plan_id: "basic" });
    await by.setClock("2026-04-16T00:00:00Z");
    const wanted = { plan_id: "basic", billing_cycle: "yearly", when: "now" };
    const changed = await by.change("change-plan", "cyd", wanted);
    expect(changed.body.data).toMatchObject({
      lines: [{ amount: -14.5 }, { amount: 290 }],
      total_due: 275.5,
      subscription: {
        current_period_start: "2026-04-16T00:00:00.000Z",
        current_period_end: "2027-04-16T00:00:00.000Z",
      },
    });
    expect((await by.read("renewal-history/@", "cyd")).renewals[0]).toMatchObject({
      renewal_type: "renewal",
      previous_period_end: "2026-04-16T00:00:00.000Z",
      new_period_start: "2026-04-16T00:00:00.000Z",
    });
  });

  test("a customer's downgrade at the period's end needs no payment, and is undone or replaced", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("dot", "pro");
    const down = { plan_id: "basic", when: "period_end" };
    const scheduled = await by.change("change-plan", "dot", down, key);
    expect(scheduled.body.data).toMatchObject({
      lines: [{ amount: 29 }],
      total_due: 29,
      effective_at: "2026-05-01T00:00:00.000Z",
      subscription: {
        plan: { slug: "pro" },
        scheduled_change: { plan: { slug: "basic" }, billing_cycle: "monthly" },
      },
    });
    const yearly = { plan_id: "pro", billing_cycle: "yearly" };
    for (const when of ["now", "period_end"]) {
      expect((await by.change("change-plan", "dot", { ...yearly, when }, key)).status).toBe(402);
    }
    const undone = await by.change("resume", "dot", undefined, key);
    expect(undone.body.data).not.toHaveProperty("scheduled_change");
    await by.change("change-plan", "dot", down, key);
    const free = await by.change("change-plan", "dot", { ...down, plan_id: "free" }, key);
    expect(free.body.data.subscription.scheduled_change.plan.slug).toBe("free");
    await by.setClock("2026-05-01T00:00:00Z");
    expect(await subscription("dot")).toMatchObject({
      subscription: { plan: { slug: "free" }, current_period_end: "2026-06-01T00:00:00.000Z" },
      plan: { name: "Free" },
    });
  });
});
