/** Plans as administrators change them, and what customers see of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { METERS } from "../../src/core/usage.ts";
import { type Question, type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
});
afterAll(() => api.close());

const asAdmin = (method: string, path: string, body?: Question["body"]) =>
  api.ask(method, `/api/admin${path}`, { key: api.adminKey, body });
const offered = async (): Promise<string[]> => {
  const { body } = await api.ask("GET", "/api/subscription/plans");
  return body.data.plans.map(({ slug }: { slug: string }) => slug);
};

const team = {
  id: "team",
  name: "Team",
  tier: "pro",
  price: { monthly: "49.00", yearly: "490" },
  features: ["Shared history"],
  switches: ["web_search", "exports"],
  limits: [{ meter: "calls", per: "day", max: 100 }],
};

test("a plan is made once, written as in a plan file", async () => {
  const made = await asAdmin("POST", "/plans", team);
  expect(made).toMatchObject({
    status: 201,
    body: {
      data: { slug: "team", price_monthly: 49, hidden: false, version: 1, subscribers: 0 },
    },
  });
  expect(made.body.data.definition).toMatchObject({ switches: ["web_search", "exports"] });
  expect(await offered()).toContain("team");
  const again = await asAdmin("POST", "/plans", { ...team, name: "Other" });
  expect(again).toMatchObject({ status: 409, body: { error: "conflict", field: "id" } });
  expect((await asAdmin("GET", "/plans/team/versions")).body.data.total).toBe(1);
});

test("what is offered, and what a customer has, says every limit and which providers are in it", async () => {
  const limits = [
    { meter: "calls", provider: "gemini", model: "gemini-2.5-pro", per: "minute", max: 6 },
    { meter: "cost", max: "2.50", at_cap: "allow", alert_at: [50] },
  ];
  await asAdmin("POST", "/plans", { ...team, id: "whole", providers: ["gemini"], limits });
  const terms = {
    all_limits: [
      { ...limits[0], at_cap: "deny" },
      { ...limits[1], per: "period", max: "2.5" },
    ],
    providers: ["gemini"],
  };
  const { plans } = (await api.ask("GET", "/api/subscription/plans")).body.data;
  expect(plans.find(({ slug }: { slug: string }) => slug === "whole")).toMatchObject(terms);
  expect(plans.find(({ slug }: { slug: string }) => slug === "enterprise").providers).toBe("all");
  await api.addCustomer("owner", "whole");
  expect(await by.read("user/@/subscription", "owner")).toMatchObject(terms);
});

test("of plans made at once with one id, one is made", async () => {
  const plan = { ...team, id: "rush" };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => asAdmin("POST", "/plans", plan)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await asAdmin("GET", "/plans/rush/versions")).body.data.total).toBe(1);
});

test("an edit makes a new version, and none where nothing changed; subscribers keep theirs", async () => {
  await api.addCustomer("keeper", "team");
  const dearer = { ...team, price: { monthly: 59, yearly: "590" } };
  const edited = await asAdmin("PUT", "/plans/team", dearer);
  expect(edited.body.data).toMatchObject({
    changes: ["price.monthly: 49 → 59", "price.yearly: 490 → 590"],
    plan: {
      version: 2,
      price_monthly: 59,
      subscribers: 1,
      versions: [
        { version: 2, subscribers: 0 },
        { version: 1, subscribers: 1 },
      ],
    },
  });
  const { id } = edited.body.data.plan;
  const same = await asAdmin("PUT", `/plans/${id}`, dearer);
  expect(same.body.data).toMatchObject({ changes: [], plan: { version: 2 } });

  const versions = (await asAdmin("GET", `/plans/${id}/versions`)).body.data;
  expect(versions).toMatchObject({
    plan: { id, slug: "team" },
    versions: [
      { version: 2, subscribers: 0, definition: { price: { monthly: "59" } } },
      { version: 1, subscribers: 1, definition: { price: { monthly: "49" } } },
    ],
    total: 2,
  });
  const kept = await by.read("user/@/subscription", "keeper");
  expect(kept.subscription.plan.version).toBe(1);
  await api.addCustomer("newer", "team");
  expect((await by.read("user/@/subscription", "newer")).subscription.plan.version).toBe(2);
});

test("a hidden plan is not offered and not to be had by a customer, but operators give it", async () => {
  const before = (await asAdmin("GET", "/plans/rush/versions")).body.data.total;
  const hidden = await asAdmin("PUT", "/plans/rush", {
    ...team,
    ...{ id: "rush", price: { monthly: 0, yearly: 0 }, hidden: true },
  });
  expect(hidden.body.data.plan.hidden).toBe(true);
  expect(await offered()).not.toContain("rush");
  const own = await api.addCustomer("own");
  for (const plan_id of ["rush", hidden.body.data.plan.id]) {
    const refused = await by.change("subscribe", "own", { plan_id }, own);
    expect(refused).toMatchObject({ status: 422, body: { error: "plan_unknown" } });
    expect(refused.body.message).not.toContain("rush,");
    const preview = { plan_id, preview: true };
    expect((await by.change("change-plan", "own", preview, own)).status).toBe(422);
  }
  expect((await by.change("subscribe", "own", { plan_id: "rush" })).status).toBe(200);
  expect((await by.read("status/@", "own", own)).tier).toBe("pro");

  // Showing it again makes no version.
  const shown = await asAdmin("PUT", "/plans/rush", {
    ...hidden.body.data.plan.definition,
    hidden: false,
  });
  expect(shown.body.data).toMatchObject({
    changes: ["hidden: true → false"],
    plan: { version: before + 1, hidden: false },
  });
  expect(await offered()).toContain("rush");
});

test("a hidden plan is no upgrade for whoever ran into a limit", async () => {
  const rush = (await asAdmin("GET", "/plans/rush/versions")).body.data.versions[0].definition;
  await asAdmin("PUT", "/plans/rush", { ...rush, hidden: true });
  const price = { monthly: 1, yearly: 10 };
  const wide = { ...team, id: "wide", name: "Wide", price, limits: [], hidden: true };
  await asAdmin("POST", "/plans", wide);
  await api.addCustomer("limited");
  const refused = await by.reserve("limited");
  expect(refused).toMatchObject({ status: 403, body: { error: "not_included" } });
  expect(refused.body.upgrade.plan_name).toBe("Basic");
  await asAdmin("PUT", "/plans/wide", { ...wide, hidden: false });
  await api.addCustomer("limited-too");
  expect((await by.reserve("limited-too")).body.upgrade.plan_name).toBe("Wide");
});

test("switches are those of any plan, on where the customer's plan has them", async () => {
  const ada = await api.addCustomer("ada", "team");
  expect(await by.read("features/@", "ada", ada)).toEqual({
    plan: expect.objectContaining({ slug: "team", tier: "pro" }),
    features: ["Shared history"],
    switches: { exports: true, web_search: true },
  });
  expect((await by.read("features/@", "nobody-yet")).switches).toEqual({
    exports: false,
    web_search: false,
  });
  await asAdmin("POST", "/customers/ada/payment-failed", { grace_days: 0 });
  expect((await by.read("features/@", "ada", ada)).switches).toEqual({
    exports: false,
    web_search: false,
  });
});

test("limits of every meter and window come back as they were written", async () => {
  const limits = METERS.flatMap((meter) =>
    ["period", "month", "day", "hour", "minute"].map((per) => ({
      meter,
      per,
      max: meter === "cost" ? "0.000000001" : 1_000_000_000_000_000,
      at_cap: per === "day" ? "allow" : "deny",
    })),
  );
  const made = await asAdmin("POST", "/plans", { ...team, id: "all-limits", limits });
  expect(made.body.data.definition.limits).toEqual(limits);
  await api.addCustomer("measured", "all-limits");
  expect((await by.reserve("measured")).body).toMatchObject({ limit: { meter: "cost" } });
});

test("what is no plan is refused by field, and changes nothing", async () => {
  const wrong: [object, string][] = [
    [{ ...team, id: "Team" }, "id"],
    [{ ...team, id: "7" }, "id"],
    [{ ...team, id: "t2", tier: "gold" }, "tier"],
    [{ ...team, id: "t2", price: { monthly: -1, yearly: 0 } }, "price.monthly"],
    [{ ...team, id: "t2", switches: ["Web Search"] }, "switches[0]"],
    [{ ...team, id: "t2", hidden: "yes" }, "hidden"],
    [{ ...team, id: "t2", limits: [{ meter: "calls", max: -1 }] }, "limits[0].max"],
    [{ ...team, id: "t2", limits: [{ meter: "cals", max: 1 }] }, "limits[0].meter"],
    [{ ...team, id: "t2", limit: [] }, "limit"],
    [{ id: "t2" }, "name"],
  ];
  for (const [plan, field] of wrong) {
    const refused = await asAdmin("POST", "/plans", plan);
    expect([field, refused.status, refused.body.field]).toEqual([field, 400, field]);
  }
  expect(await asAdmin("PUT", "/plans/team", { ...team, id: "other" })).toMatchObject({
    status: 400,
    body: { field: "id" },
  });
  expect((await asAdmin("PUT", "/plans/nothing", team)).status).toBe(404);
  expect((await asAdmin("GET", "/plans/nothing/versions")).status).toBe(404);
  const { id: _, ...unnamed } = team;
  expect((await asAdmin("PUT", "/plans/team", unnamed)).body.data.plan.slug).toBe("team");
});

test("new customers are never left without a free plan", async () => {
  const free = (await asAdmin("GET", "/plans")).body.data.plans[0];
  expect(free.slug).toBe("free");
  const paid = { ...free.definition, price: { monthly: 1, yearly: 0 } };
  expect(await asAdmin("PUT", "/plans/free", paid)).toMatchObject({
    status: 400,
    body: { field: "price" },
  });
  const basic = { ...free.definition, tier: "basic" };
  expect(await asAdmin("PUT", "/plans/free", basic)).toMatchObject({
    status: 400,
    body: { field: "tier" },
  });
  expect((await asAdmin("GET", "/plans/free/versions")).body.data.total).toBe(1);
});

test("edits of one plan at once make a version each, and none is lost", async () => {
  await asAdmin("POST", "/plans", { ...team, id: "busy" });
  const answers = await Promise.all(
    [1, 2, 3, 4].map((monthly) =>
      asAdmin("PUT", "/plans/busy", { ...team, id: "busy", price: { monthly, yearly: 0 } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const { versions } = (await asAdmin("GET", "/plans/busy/versions")).body.data;
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([5, 4, 3, 2, 1]);
});
