/** The deployment's own alerts: the operator reads them in the customers' shape, and marks them as read. */
import { expect, test } from "vitest";
import { alertPage } from "../../src/api/contract/alerts.ts";
import { type NoticeStage, stageNotices } from "../alerts/receivers/notice-stage.ts";

const PLANS = `plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits: [{ meter: tokens, max: 1000 }]
`;

test("are of the deployment alone, by severity and kind, and unread until they are marked", async () => {
  const stage = await operatorIsTold();
  const page = await alerts(stage, "");
  expect(alertPage.parse(page)).toEqual(page);
  expect(page).toMatchObject({
    total: 3,
    unread_count: 3,
    alerts: [
      { kind: "limit_reached", type: "limit_reached", severity: "error", is_read: false },
      { kind: "threshold", severity: "warning", threshold_percentage: 90 },
      { kind: "threshold", type: "usage_threshold", severity: "info", threshold_percentage: 80 },
    ],
  });
  expect(await kinds(stage, "?severity=error")).toEqual(["limit_reached"]);
  expect(await kinds(stage, "?kind=threshold")).toEqual(["threshold", "threshold"]);
  expect(await kinds(stage, "?kind=dead_letter")).toEqual([]);
  expect(await kinds(stage, "?limit=1&offset=1")).toEqual(["threshold"]);
  const [reached, warning, threshold] = page.alerts;
  await mark(stage, `/${threshold.id}/mark-read`);
  const readAt = async () => (await alerts(stage, "?severity=info")).alerts[0].read_at;
  const first = await readAt();
  await stage.setClock(new Date(Date.now() + 3_600_000));
  const again = await mark(stage, `/${threshold.id}/mark-read`);
  expect(again.body).toEqual({ success: true, message: "The alert is marked as read." });
  expect(await readAt()).toBe(first);
  expect(await alerts(stage, "?unread_only=true")).toMatchObject({
    total: 2,
    unread_count: 2,
    alerts: [{ id: reached.id }, { id: warning.id }],
  });
  expect((await mark(stage, "/mark-all-read")).body.data).toEqual({ marked: 2 });
  expect((await mark(stage, "/mark-all-read")).body.data).toEqual({ marked: 0 });
  expect(await alerts(stage, "?unread_only=true")).toMatchObject({ total: 0, unread_count: 0 });
});

test("are not the customers', nor theirs ours", async () => {
  const stage = await operatorIsTold();
  const own = await stage.admin("GET", "/api/subscription/alerts/ann");
  expect(own.alerts.length).toBeGreaterThan(0);
  const [ofOperator] = (await alerts(stage, "")).alerts;
  for (const [method, path, status] of [
    ["POST", `/api/admin/alerts/${own.alerts[0].id}/mark-read`, 404],
    ["POST", `/api/subscription/alerts/${ofOperator.id}/mark-read?user_id=ann`, 404],
    ["POST", "/api/admin/alerts/999999/mark-read", 404],
    ["POST", "/api/admin/alerts/first/mark-read", 400],
    ["GET", "/api/admin/alerts?kind=projected", 400],
    ["GET", "/api/admin/alerts?severity=loud", 400],
  ] as const) {
    const answer = await stage.api.ask(method, path, { key: stage.api.adminKey });
    expect(answer.status, path).toBe(status);
  }
  await mark(stage, "/mark-all-read");
  const after = await stage.admin("GET", "/api/subscription/alerts/ann");
  expect(after.unread_count).toBe(own.unread_count);
});

/** All customers together may make ten calls; ann makes them, and reaches her own limit too. */
async function operatorIsTold(): Promise<NoticeStage> {
  const stage = await stageNotices({ plans: PLANS, receivers: 0 });
  await stage.customer("ann", "free");
  const limits = [{ meter: "calls", per: "month", max: 10 }];
  await stage.admin("PUT", "/api/admin/limits", { limits });
  for (let call = 1; call <= 8; call += 1) await stage.use("ann", 100);
  await expect.poll(() => kinds(stage, "")).toEqual(["threshold"]);
  for (let call = 9; call <= 10; call += 1) await stage.use("ann", 100);
  await expect.poll(() => kinds(stage, "?severity=error")).toEqual(["limit_reached"]);
  // At nine the warning.
  expect(await kinds(stage, "?severity=warning")).toEqual(["threshold"]);
  return stage;
}

function alerts(stage: NoticeStage, query: string) {
  return stage.admin("GET", `/api/admin/alerts${query}`);
}

async function kinds(stage: NoticeStage, query: string): Promise<string[]> {
  return (await alerts(stage, query)).alerts.map(({ kind }: { kind: string }) => kind);
}

function mark({ api }: NoticeStage, rest: string) {
  return api.ask("POST", `/api/admin/alerts${rest}`, { key: api.adminKey });
}
