/** Cancelled, paused, on trial, not paid for, moved to a newer version: subscriptions over HTTP. */
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

describe("cancelling, resuming, pausing", () => {
  test("a cancelled subscription keeps its plan to the period's end, then leaves its customer on Free", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("cal", "pro");
    const canceled = await by.change("cancel", "cal", { at: "period_end" }, key);
    expect(canceled.body.data).toMatchObject({
      status: "active",
      cancel_at_period_end: true,
      auto_renew: false,
    });
    expect((await by.change("cancel", "cal", undefined, key)).body).toEqual(canceled.body);
    const resumed = await by.change("resume", "cal", undefined, key);
    expect(resumed.body.data).toMatchObject({ cancel_at_period_end: false, auto_renew: true });
    await by.change("cancel", "cal", {}, key);
    await by.setClock("2026-04-30T23:59:59Z");
    expect((await subscription("cal")).plan.name).toBe("Pro");
    await by.setClock("2026-05-01T00:00:00Z");
    expect(await subscription("cal")).toMatchObject({ subscription: null, plan: { name: "Free" } });
    expect(await by.change("resume", "cal", undefined, key)).toMatchObject({
      status: 409,
      body: { error: "conflict", reason: "no_subscription" },
    });
    const { changes } = await by.read("user/@/changes", "cal", key);
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
    const ended = await by.change("cancel", "now", { at: "now" }, key);
    expect(ended.body.data).toMatchObject({ status: "canceled", auto_renew: false });
    expect((await subscription("now")).subscription).toBeNull();
    expect((await by.reserve("now")).status).toBe(403);
  });

  test("while it is paused the default plan holds; only the operator pauses and resumes", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    const key = await api.addCustomer("pat", "pro");
    expect((await by.reserve("pat")).status).toBe(200);
    const paused = await by.admin("pat", "pause");
    expect(paused.body.data).toMatchObject({ status: "paused", auto_renew: false });
    expect((await by.reserve("pat")).status).toBe(403);
    expect(await by.read("status/@", "pat")).toMatchObject({ active: true, plan: "free" });
    expect((await by.change("resume", "pat", undefined, key)).status).toBe(403);
    expect((await by.admin("pat", "pause")).status).toBe(409);
    await by.setClock("2026-07-10T00:00:00Z");
    const resumed = await by.change("resume", "pat");
    expect(resumed.body.data).toMatchObject({
      status: "active",
      current_period_start: "2026-07-01T00:00:00.000Z",
    });
    // The boundaries of May and June were not billed.
    const { renewals } = await by.read("renewal-history/@", "pat");
    expect(renewals.map((each: { new_period_start: string }) => each.new_period_start)).toEqual([
      "2026-07-01T00:00:00.000Z",
      "2026-04-01T00:00:00.000Z",
    ]);
    expect((await by.reserve("pat")).status).toBe(200);
  });
});

describe("trials and missing payments", () => {
  test("a trial has its plan to its end, and then begins to be paid for, or ends", async () => {
    await by.setClock("2026-04-01T12:00:00Z");
    const begun = await by.change("subscribe", "tess", { plan_id: "pro", trial_days: 14 });
    expect(begun.body.data).toMatchObject({
      status: "trialing",
      current_period_end: "2026-04-15T12:00:00.000Z",
    });
    expect((await subscription("tess")).subscription.trial_end).toBe("2026-04-15T12:00:00.000Z");
    const other = { plan_id: "pro", trial_end: "2026-04-15T12:00:00Z", trial_then: "cancel" };
    await by.change("subscribe", "tim", other);
    await by.setClock("2026-04-15T12:00:00Z");
    const paid = (await subscription("tess")).subscription;
    expect(paid).toMatchObject({
      status: "active",
      current_period_start: "2026-04-15T12:00:00.000Z",
      current_period_end: "2026-05-15T12:00:00.000Z",
    });
    expect(paid).not.toHaveProperty("trial_end");
    expect((await subscription("tim")).subscription).toBeNull();
    const again = await by.change("subscribe", "tess", { plan_id: "pro", trial_days: 14 });
    expect(again).toMatchObject({ status: 409, body: { reason: "is_subscribed" } });
  });

  test("a missing payment keeps the plan for the grace time, then refuses calls until it came", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    await api.addCustomer("gil", "pro");
    const failed = await by.admin("gil", "payment-failed", { grace_days: 7 });
    expect(failed.body.data).toMatchObject({
      status: "past_due",
      grace_until: "2026-04-08T00:00:00.000Z",
    });
    expect((await by.reserve("gil")).status).toBe(200);
    expect(await by.read("status/@", "gil")).toMatchObject({ active: true, plan: "pro" });
    await by.setClock("2026-04-08T00:00:00Z");
    expect(await by.reserve("gil")).toMatchObject({
      status: 402,
      body: { error: "subscription_expired" },
    });
    expect(await by.read("status/@", "gil")).toMatchObject({ active: false, can_use_api: false });
    expect((await subscription("gil")).subscription.status).toBe("expired");
    const received = await by.admin("gil", "payment-received");
    expect(received.body.data).toMatchObject({
      status: "active",
      current_period_start: "2026-04-01T00:00:00.000Z",
    });
    expect((await by.reserve("gil")).status).toBe(200);
    expect((await by.admin("gil", "payment-received")).status).toBe(409);
    expect((await by.admin("gil", "payment-failed", {})).body.field).toBe("grace_days");
  });

  test("subscribers of an older version are moved to the newest, and nobody else", async () => {
    await by.setClock("2026-04-01T00:00:00Z");
    for (const id of ["m1", "m2", "m3"]) await api.addCustomer(id, "enterprise");
    await api.addCustomer("m4", "basic");
    await by.change("cancel", "m3", { at: "period_end" });
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
    await by.setClock("2026-05-01T00:00:00Z");
    expect([await versionOf("m1"), await versionOf("m2")]).toEqual([2, 2]);
    expect((await subscription("m3")).subscription).toBeNull();
    expect(await versionOf("m4")).toBe(1);
    expect((await migrate({ from_version: 2 })).body.field).toBe("from_version");
    expect((await migrate({ from_version: 0 })).body.field).toBe("from_version");
  });
});

test("two changes at the same moment are made one after the other, none twice", async () => {
  await by.change("subscribe", "tia", { plan_id: "basic" });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      by.change("change-plan", "tia", { plan_id: n % 2 ? "pro" : "enterprise", when: "now" }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  const { changes } = await by.read("user/@/changes", "tia");
  const revisions = changes.map(({ revision }: { revision: number }) => revision);
  expect(revisions).toEqual(revisions.map((_: number, n: number) => revisions.length - n));
  const plans = changes.map(
    (each: { subscription: { plan: { slug: string } } }) => each.subscription.plan.slug,
  );
  for (const [n, plan] of plans.entries()) expect(plan).not.toBe(plans[n + 1]);
  const many = await Promise.all(
    Array.from({ length: 8 }, () => by.change("subscribe", "tom", { plan_id: "pro" })),
  );
  expect(new Set(many.map(({ body }) => body.data.subscription_id)).size).toBe(1);
  expect((await by.read("renewal-history/@", "tom")).total_count).toBe(1);
});
