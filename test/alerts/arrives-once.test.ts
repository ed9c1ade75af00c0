/** Who is told what, once: of a refusal below the cap, after an upgrade, after a downgrade, and beside receivers that never answer. */
import { expect, test } from "vitest";
import { type NoticeStage, stageNotices, toldIn } from "./receivers/notice-stage.ts";

const plan = (id: string, tokens: number, monthly: number): string =>
  `  - { id: ${id}, name: ${id}, tier: ${monthly === 0 ? "free" : "pro"}, price: { monthly: ${monthly}, yearly: ${monthly * 10} }, limits: [{ meter: tokens, max: ${tokens} }] }\n`;
const PLANS = `plans:\n${plan("tiny", 500, 0)}${plan("small", 1_000, 10)}${plan("large", 2_000, 20)}`;

test("a customer who is refused at 93 percent, because the call would not fit, is told once by mail and webhook that the limit is reached", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  await stage.customer("ann", "small");
  await hookFor(stage, ["alert.*"]);
  await stage.use("ann", 930);
  await expect.poll(() => thresholds(stage)).toEqual([90]);
  expect(await reserve(stage, 100)).toBe(429);
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 2, mails: 2 });
  const [, last] = stage.receivers[0]?.taken ?? [];
  expect(toldIn(last ?? { body: "{}" })).toMatchObject({
    type: "alert.limit_reached",
    data: { customer: { user_id: "ann" }, facts: { used: 930, cap: 1_000 } },
  });
  const letter = stage.mail.mails[1];
  expect(letter?.to).toBe("ann@customer.example");
  expect(letter?.text).toMatch(/930 of 1,000/);

  // It is said already: not for the next refusal, nor when the rest is used.
  expect(await reserve(stage, 100)).toBe(429);
  await stage.use("ann", 80);
  await stage.customer("bob", "small");
  await stage.use("bob", 850);
  // Bob's came after all that could have been said to Ann.
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 3, mails: 3 });
  expect(await thresholds(stage)).toEqual([90, 100, 80]);
});

test("an upgrade arms the thresholds of the new cap, and says nothing by itself", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  await stage.customer("ann", "small");
  await hookFor(stage, ["alert.*"]);
  await stage.use("ann", 1_000);
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 1, mails: 1 });
  await change(stage, "large");
  await stage.use("ann", 599);
  await stage.use("ann", 1);
  await stage.use("ann", 400);
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 3, mails: 3 });
  expect(await thresholds(stage)).toEqual([100, 80, 100]);
  const told = stage.receivers[0]?.taken.map((post) => toldIn(post).data.facts.cap);
  expect(told).toEqual([1_000, 2_000, 2_000]);
});

test("a downgrade to less than is used is told at once, without another call", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  await stage.customer("ann", "large");
  await hookFor(stage, ["alert.*"]);
  await stage.use("ann", 930);
  await change(stage, "small");
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 1, mails: 1 });
  expect(await thresholds(stage)).toEqual([90]);
  await change(stage, "tiny");
  await expect.poll(() => arrived(stage)).toEqual({ hooks: 2, mails: 2 });
  expect(await thresholds(stage)).toEqual([90, 100]);
  expect(stage.mail.mails[1]?.text).toMatch(/930 of 500/);
});

/** As many as can be waited for beside the one that answers. */
const SILENT = 40;

test("fifteen receivers that never answer, and a mail server that does not either, delay nobody else", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: SILENT + 1 });
  const [answering, ...silent] = stage.receivers;
  if (answering === undefined) throw new Error("There is no receiver.");
  stage.mail.beforeAnswer = () => new Promise(() => undefined);
  for (const receiver of silent) {
    receiver.react = () => "hang";
    await stage.channel({ kind: "webhook", url: receiver.url, events: ["alert.*"] });
  }
  await hookFor(stage, ["alert.*"]);
  const givenUp: number[] = [];
  answering.react = () => {
    givenUp.push(...silent.map((each) => each.givenUp));
    return "take";
  };
  await stage.customer("ann", "small");
  await stage.use("ann", 800);
  await expect.poll(() => silent.map(({ posts }) => posts.length)).toEqual(silent.map(() => 1));
  await stage.use("ann", 100);
  await stage.use("ann", 100);
  await expect.poll(() => answering.taken.length).toBe(3);
  const told = answering.taken.map((post) => toldIn(post).data.facts.threshold);
  expect(told).toEqual([80, 90, 100]);
  // All three came while the first message to each silent one was still waited for, and no second one was on its way there.
  expect(givenUp.filter((count) => count > 0)).toEqual([]);
  expect(silent.map(({ posts }) => posts.length)).toEqual(silent.map(() => 1));
  await expect.poll(() => stage.mail.mails.length).toBe(1);
});

/** A webhook to the stage's first receiver. */
async function hookFor(stage: NoticeStage, events: readonly string[]): Promise<void> {
  await stage.channel({ kind: "webhook", url: stage.receivers[0]?.url, events });
}

async function reserve(stage: NoticeStage, tokens: number): Promise<number> {
  const body = {
    user_id: "ann",
    provider: "openai",
    model: "gpt-4.1-mini",
    input_tokens: tokens,
    max_output_tokens: 1,
  };
  const question = { key: stage.api.adminKey, body };
  return (await stage.api.ask("POST", "/api/subscription/reservations", question)).status;
}

async function change(stage: NoticeStage, planId: string): Promise<void> {
  const body = { plan_id: planId, billing_cycle: "monthly", when: "now" };
  await stage.admin("POST", "/api/subscription/change-plan/ann", body);
}

async function thresholds({ api }: NoticeStage): Promise<number[]> {
  const rows = await api.rows(
    "select threshold from alerts where customer_id <> 'deployment' order by id",
  );
  return rows.map(({ threshold }) => Number(threshold));
}

/** Repeats counted too: what came twice shows. */
function arrived({ mail, receivers }: NoticeStage): { hooks: number; mails: number } {
  return { hooks: receivers[0]?.posts.length ?? 0, mails: mail.mails.length };
}
