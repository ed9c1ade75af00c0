/** Subscriptions over HTTP: who may subscribe to what, and what each change leaves behind. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
});
afterAll(() => api.close());

const setClock = (now: string) =>
  api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
const change = (what: string, userId: string, body?: unknown, key = service) =>
  api.ask("POST", `/api/subscription/${what}/${userId}`, { key, body });
const admin = (userId: string, what: string, body?: unknown) =>
  api.ask("POST", `/api/admin/customers/${userId}/${what}`, { key: api.adminKey, body });
const read = async (what: string, userId: string, key = service) =>
  (await api.ask("GET", `/api/subscription/${what.replace("@", userId)}`, { key })).body.data;
const subscription = (userId: string) => read("user/@/subscription", userId);
const reserve = (userId: string, provider = "openai", model = "gpt-4o") =>
  api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { user_id: userId, provider, model, input_tokens: 1, max_output_tokens: 1 },
  });

describe("who may subscribe to what", () => {
  test("a customer without a subscription is on the default plan", async () => {
    const ada = await api.addCustomer("ada");
    expect(await read("user/@/subscription", "ada", ada)).toMatchObject({
      subscription: null,
      plan: { name: "Free", tier: "free", price_monthly: 0, price_yearly: 0, is_free: true },
      limits: { gemini_calls: 100 },
    });
    expect(await read("status/@", "ada", ada)).toMatchObject({
      active: true,
      plan: "free",
      tier: "free",
      can_use_api: true,
    });
    expect(await read("renewal-history/@", "ada", ada)).toEqual({
      renewals: [],
      total_count: 0,
      limit: 50,
      offset: 0,
      has_more: false,
    });
    expect(await read("billing-history/@", "ada", ada)).toEqual({
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
      const refused = await change("subscribe", "own", { plan_id: "pro", billing_cycle }, own);
      expect(refused).toMatchObject({ status: 402, body: { error: "payment_required" } });
      expect(refused.body).not.toHaveProperty("checkout_url");
    }
    expect((await subscription("own")).subscription).toBeNull();
    const free = await change("subscribe", "own", { plan_id: "free" }, own);
    expect(free).toMatchObject({ status: 200, body: { data: { plan_name: "Free" } } });
    const up = { plan_id: "basic", billing_cycle: "monthly", when: "now" };
    expect((await change("change-plan", "own", up, own)).status).toBe(402);
    const later = { ...up, when: "period_end" };
    expect((await change("change-plan", "own", later, own)).status).toBe(402);
    const trial = { plan_id: "free", trial_days: 3 };
    expect((await change("subscribe", "own", trial, own)).status).toBe(403);
  });

  test("a service key grants, also to somebody who has never called, and the audit log says so", async () => {
    await setClock("2026-04-01T00:00:00Z");
    const granted = await change("subscribe", "newcomer", {
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
    expect(await read("renewal-history/@", "newcomer")).toMatchObject({
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
      expect((await change(what, "newcomer", { plan_id: "free" }, eve)).status).toBe(403);
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
      expect(await change(what, "newcomer", body)).toMatchObject({
        status: 400,
        body: { error: "invalid_request", field },
      });
    }
    const unknown = await change("subscribe", "newcomer", { plan_id: "gold" });
    expect(unknown).toMatchObject({ status: 422, body: { error: "plan_unknown" } });
  });
});

describe("changing the plan", () => {
  test("a preview says what it comes to by the day, and changes nothing", async () => {
    await setClock("2026-04-01T00:00:00Z");
    await change("subscribe", "pia", { plan_id: "basic" });
    await setClock("2026-04-11T00:00:00Z");
    const before = await subscription("pia");
    const preview = await change("change-plan", "pia", { plan_id: "pro", preview: true });
    expect(preview.body.data).toMatchObject({
      lines: [{ amount: -19.33 }, { amount: 52.67 }],
      total_due: 33.34,
      effective_at: "2026-04-11T00:00:00.000Z",
      subscription: before.subscription,
    });
    expect(await subscription("pia")).toEqual(before);
    const strangers = await change("change-plan", "stranger", { plan_id: "pro", preview: true });
    expect(strangers.body.data).toMatchObject({
      lines: [{ amount: 79 }],
      total_due: 79,
      subscription: null,
    });
    const stored = await api.rows("select count(*) as n from customers");
    await change("change-plan", "stranger", { plan_id: "pro", preview: true });
    expect(await api.rows("select count(*) as n from customers")).toEqual(stored);
  });

  test("a change now keeps the period, and its cap holds at once with what was used", async () => {
    await setClock("2026-04-01T00:00:00Z");
    await change("subscribe", "uma", { plan_id: "pro" });
    const events = Array.from({ length: 60 }, (_, n) => ({
      id: `uma${n}`,
      provider: "mistral",
      model: "x",
      usage: { input: 1 },
    }));
    await api.ask("POST", "/api/subscription/usage/uma/events", { key: service, body: { events } });
    await setClock("2026-04-11T00:00:00Z");
    const down = await change("change-plan", "uma", { plan_id: "free", when: "now" });
    expect(down.body.data.subscription).toMatchObject({
      plan: { slug: "free" },
      current_period_start: "2026-04-01T00:00:00.000Z",
      current_period_end: "2026-05-01T00:00:00.000Z",
    });
    // Free has 50 calls to Mistral, and 60 were made.
    expect((await reserve("uma", "mistral", "mistral-small-latest")).status).toBe(429);
    await change("change-plan", "uma", { plan_id: "pro", when: "now" });
    expect((await reserve("uma", "mistral", "mistral-small-latest")).status).toBe(200);
    expect(await read("renewal-history/@", "uma")).toMatchObject({
      renewals: [
        { renewal_type: "upgrade", previous_plan_name: "Free", usage_before_renewal: { total_calls: 60 } },
        { renewal_type: "downgrade", previous_plan_name: "Pro", usage_before_renewal: { total_calls: 60 } },
        { renewal_type: "new" },
      ],
    });
  });

  test("back and forth, cancelled and subscribed anew: nobody gains a fresh allowance", async () => {
    await setClock("2026-06-01T00:00:00Z");
    await change("subscribe", "gus", { plan_id: "basic" });
    const calls = async () => (await read("usage/@", "gus")).total_calls;
    const events = [{ id: "g", provider: "gemini", model: "x", usage: { input: 1 } }];
    await api.ask("POST", "/api/subscription/usage/gus/events", { key: service, body: { events } });
    await setClock("2026-06-02T00:00:00Z");
    const anchor = await api.rows("select usage_anchor from customers order by usage_anchor");
    await change("change-plan", "gus", { plan_id: "basic", billing_cycle: "yearly", when: "now" });
    expect(await calls()).toBe(1);
    await change("cancel", "gus", { at: "now" });
    await change("subscribe", "gus", { plan_id: "pro", trial_days: 5 });
    expect(await calls()).toBe(1);
    await admin("gus", "payment-failed", { grace_days: 1 });
    await setClock("2026-06-20T00:00:00Z");
    await change("resume", "gus");
    expect(await calls()).toBe(1);
    expect(await api.rows("select usage_anchor from customers order by usage_anchor")).toEqual(anchor);
  });

  test("a change of the cycle begins a paid period now", async () => {
    await setClock("2026-04-01T00:00:00Z");
    await change("subscribe", "cyd", { plan_id: "basic" });
    await setClock("2026-04-16T00:00:00Z");
    const wanted = { plan_id: "basic", billing_cycle: "yearly", when: "now" };
    const changed = await change("change-plan", "cyd", wanted);
    expect(changed.body.data).toMatchObject({
      lines: [{ amount: -14.5 }, { amount: 290 }],
      total_due: 275.5,
      subscription: {
        current_period_start: "2026-04-16T00:00:00.000Z",
        current_period_end: "2027-04-16T00:00:00.000Z",
      },
    });
    expect((await read("renewal-history/@", "cyd")).renewals[0]).toMatchObject({
      renewal_type: "renewal",
      previous_period_end: "2026-04-16T00:00:00.000Z",
      new_period_start: "2026-04-16T00:00:00.000Z",
    });
  });

  test("a customer's downgrade at the period's end needs no payment, and is undone or replaced", async () => {
    await setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("dot", "pro");
    const down = { plan_id: "basic", when: "period_end" };
    const scheduled = await change("change-plan", "dot", down, key);
    expect(scheduled.body.data).toMatchObject({
      lines: [{ amount: 29 }],
      total_due: 29,
      effective_at: "2026-05-01T00:00:00.000Z",
      subscription: {
        plan: { slug: "pro" },
        scheduled_change: { plan: { slug: "basic" }, billing_cycle: "monthly" },
      },
    });
    const undone = await change("resume", "dot", undefined, key);
    expect(undone.body.data).not.toHaveProperty("scheduled_change");
    await change("change-plan", "dot", down, key);
    const free = await change("change-plan", "dot", { ...down, plan_id: "free" }, key);
    expect(free.body.data.subscription.scheduled_change.plan.slug).toBe("free");
    await setClock("2026-05-01T00:00:00Z");
    expect(await subscription("dot")).toMatchObject({
      subscription: { plan: { slug: "free" }, current_period_end: "2026-06-01T00:00:00.000Z" },
      plan: { name: "Free" },
    });
  });

  test("two changes at the same moment are made one after the other, none twice", async () => {
    await change("subscribe", "tia", { plan_id: "basic" });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        change("change-plan", "tia", { plan_id: n % 2 ? "pro" : "enterprise", when: "now" }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const { changes } = await read("user/@/changes", "tia");
    const revisions = changes.map(({ revision }: { revision: number }) => revision);
    expect(revisions).toEqual(revisions.map((_: number, n: number) => revisions.length - n));
    const plans = changes.map(
      (each: { subscription: { plan: { slug: string } } }) => each.subscription.plan.slug,
    );
    for (const [n, plan] of plans.entries()) expect(plan).not.toBe(plans[n + 1]);
    const many = await Promise.all(
      Array.from({ length: 8 }, () => change("subscribe", "tom", { plan_id: "pro" })),
    );
    expect(new Set(many.map(({ body }) => body.data.subscription_id)).size).toBe(1);
    expect((await read("renewal-history/@", "tom")).total_count).toBe(1);
  });
});

describe("cancelling, resuming, pausing", () => {
  test("a cancelled subscription keeps its plan to the period's end, then leaves its customer on Free", async () => {
    await setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("cal", "pro");
    const canceled = await change("cancel", "cal", { at: "period_end" }, key);
    expect(canceled.body.data).toMatchObject({
      status: "active",
      cancel_at_period_end: true,
      auto_renew: false,
    });
    expect((await change("cancel", "cal", undefined, key)).body).toEqual(canceled.body);
    const resumed = await change("resume", "cal", undefined, key);
    expect(resumed.body.data).toMatchObject({ cancel_at_period_end: false, auto_renew: true });
    await change("cancel", "cal", {}, key);
    await setClock("2026-04-30T23:59:59Z");
    expect((await subscription("cal")).plan.name).toBe("Pro");
    await setClock("2026-05-01T00:00:00Z");
    expect(await subscription("cal")).toMatchObject({ subscription: null, plan: { name: "Free" } });
    expect(await change("resume", "cal", undefined, key)).toMatchObject({
      status: 409,
      body: { error: "conflict", reason: "no_subscription" },
    });
    const { changes } = await read("user/@/changes", "cal", key);
    expect(changes[0]).toMatchObject({
      kind: "cancel",
      actor: "job",
      at: "2026-05-01T00:00:00.000Z",
      subscription: { status: "canceled", ended_at: "2026-05-01T00:00:00.000Z" },
    });
    expect(changes.at(-1)).toMatchObject({ kind: "subscribe", actor: null });
  });

  test("cancelled now, the customer is on Free now", async () => {
    const key = await api.addCustomer("now", "pro");
    const ended = await change("cancel", "now", { at: "now" }, key);
    expect(ended.body.data).toMatchObject({ status: "canceled", auto_renew: false });
    expect((await subscription("now")).subscription).toBeNull();
    expect((await reserve("now")).status).toBe(403);
  });

  test("while it is paused the default plan holds; only the operator pauses and resumes", async () => {
    await setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("pat", "pro");
    expect((await reserve("pat")).status).toBe(200);
    const paused = await admin("pat", "pause");
    expect(paused.body.data).toMatchObject({ status: "paused", auto_renew: false });
    expect((await reserve("pat")).status).toBe(403);
    expect(await read("status/@", "pat")).toMatchObject({ active: true, plan: "free" });
    expect((await change("resume", "pat", undefined, key)).status).toBe(403);
    expect((await admin("pat", "pause")).status).toBe(409);
    await setClock("2026-07-10T00:00:00Z");
    const resumed = await change("resume", "pat");
    expect(resumed.body.data).toMatchObject({
      status: "active",
      current_period_start: "2026-07-01T00:00:00.000Z",
    });
    // The boundaries of May and June were not billed.
    const { renewals } = await read("renewal-history/@", "pat");
    expect(renewals.map((each: { new_period_start: string }) => each.new_period_start)).toEqual([
      "2026-07-01T00:00:00.000Z",
      "2026-04-01T00:00:00.000Z",
    ]);
    expect((await reserve("pat")).status).toBe(200);
  });
});

describe("trials and missing payments", () => {
  test("a trial has its plan to its end, and then begins to be paid for, or ends", async () => {
    await setClock("2026-04-01T12:00:00Z");
    const begun = await change("subscribe", "tess", { plan_id: "pro", trial_days: 14 });
    expect(begun.body.data).toMatchObject({
      status: "trialing",
      current_period_end: "2026-04-15T12:00:00.000Z",
    });
    expect((await subscription("tess")).subscription.trial_end).toBe("2026-04-15T12:00:00.000Z");
    const other = { plan_id: "pro", trial_end: "2026-04-15T12:00:00Z", trial_then: "cancel" };
    await change("subscribe", "tim", other);
    await setClock("2026-04-15T12:00:00Z");
    const paid = (await subscription("tess")).subscription;
    expect(paid).toMatchObject({
      status: "active",
      current_period_start: "2026-04-15T12:00:00.000Z",
      current_period_end: "2026-05-15T12:00:00.000Z",
    });
    expect(paid).not.toHaveProperty("trial_end");
    expect((await subscription("tim")).subscription).toBeNull();
    const again = await change("subscribe", "tess", { plan_id: "pro", trial_days: 14 });
    expect(again).toMatchObject({ status: 409, body: { reason: "is_subscribed" } });
  });

  test("a missing payment keeps the plan for the grace time, then refuses calls until it came", async () => {
    await setClock("2026-04-01T00:00:00Z");
    await api.addCustomer("gil", "pro");
    const failed = await admin("gil", "payment-failed", { grace_days: 7 });
    expect(failed.body.data).toMatchObject({
      status: "past_due",
      grace_until: "2026-04-08T00:00:00.000Z",
    });
    expect((await reserve("gil")).status).toBe(200);
    expect(await read("status/@", "gil")).toMatchObject({ active: true, plan: "pro" });
    await setClock("2026-04-08T00:00:00Z");
    expect(await reserve("gil")).toMatchObject({
      status: 402,
      body: { error: "subscription_expired" },
    });
    expect(await read("status/@", "gil")).toMatchObject({ active: false, can_use_api: false });
    expect((await subscription("gil")).subscription.status).toBe("expired");
    const received = await admin("gil", "payment-received");
    expect(received.body.data).toMatchObject({
      status: "active",
      current_period_start: "2026-04-01T00:00:00.000Z",
    });
    expect((await reserve("gil")).status).toBe(200);
    expect((await admin("gil", "payment-received")).status).toBe(409);
    expect((await admin("gil", "payment-failed", {})).body.field).toBe("grace_days");
  });

  test("subscribers of an older version are moved to the newest, and nobody else", async () => {
    await setClock("2026-04-01T00:00:00Z");
    for (const id of ["m1", "m2", "m3"]) await api.addCustomer(id, "enterprise");
    await api.addCustomer("m4", "basic");
    await change("cancel", "m3", { at: "period_end" });
    const plans = (await api.ask("GET", "/api/admin/plans", { key: api.adminKey })).body.data.plans;
    const definitions = plans.map((each: { definition: { id: string; price: object } }) =>
      each.definition.id === "enterprise"
        ? { ...each.definition, price: { monthly: "249", yearly: "2490" } }
        : each.definition,
    );
    await api.ask("POST", "/api/admin/plans/apply", {
      key: api.adminKey,
      body: { plans: definitions },
    });
    const migrate = (body: unknown) =>
      api.ask("POST", "/api/admin/plans/enterprise/migrate", { key: api.adminKey, body });
    const versionOf = async (id: string) => (await subscription(id)).subscription.plan.version;
    expect(await versionOf("m1")).toBe(1);
    const before = { from_version: 1, when: "period_end" };
    expect((await migrate(before)).body.data.migrated).toBeGreaterThanOrEqual(2);
    expect((await migrate(before)).body.data).toEqual({ migrated: 0 });
    expect(await versionOf("m1")).toBe(1);
    await setClock("2026-05-01T00:00:00Z");
    expect([await versionOf("m1"), await versionOf("m2")]).toEqual([2, 2]);
    expect((await subscription("m3")).subscription).toBeNull();
    expect(await versionOf("m4")).toBe(1);
    expect((await migrate({ from_version: 2 })).body.field).toBe("from_version");
    expect((await migrate({ from_version: 0 })).body.field).toBe("from_version");
  });
});
