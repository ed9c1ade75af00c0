/** While a webhook's secret is replaced, the standardwebhooks library verifies what comes by the old one and by the new one. */
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { stageNotices } from "./receivers/notice-stage.ts";
import type { Post } from "./receivers/webhook-receiver.ts";

const PLANS = `plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [{ meter: tokens, max: 1000 }] }
`;
const OVERLAP_SECONDS = 3_600;

test("a webhook is verified by its secret, in a rotation by both, after it by the new one only", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  const [receiver] = stage.receivers;
  if (receiver === undefined) throw new Error("There is no receiver.");
  const start = Date.now();
  await stage.customer("ann", "free");
  const { id, secret } = await stage.channel({
    kind: "webhook",
    url: receiver.url,
    events: ["alert.*"],
  });
  await stage.use("ann", 800);
  await expect.poll(() => receiver.taken.length).toBe(1);
  expect(verifiedBy(receiver.taken[0], secret)).toBe(true);

  const rotated = await stage.admin("PATCH", `/api/admin/channels/${id}`, {
    rotate_secret: true,
    overlap_seconds: OVERLAP_SECONDS,
  });
  expect(rotated.secret).not.toBe(secret);
  await stage.use("ann", 100);
  await expect.poll(() => receiver.taken.length).toBe(2);
  expect(verifiedBy(receiver.taken[1], secret)).toBe(true);
  expect(verifiedBy(receiver.taken[1], rotated.secret)).toBe(true);

  await stage.setClock(new Date(start + (OVERLAP_SECONDS + 60) * 1_000));
  await stage.use("ann", 100);
  await expect.poll(() => receiver.taken.length).toBe(3);
  expect(verifiedBy(receiver.taken[2], secret)).toBe(false);
  expect(verifiedBy(receiver.taken[2], rotated.secret)).toBe(true);
});

test("what was changed on the way, or is signed by another, is not verified", async () => {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  const [receiver] = stage.receivers;
  if (receiver === undefined) throw new Error("There is no receiver.");
  const { id, secret } = await stage.channel({ kind: "webhook", url: receiver.url });
  const tested = await stage.admin("POST", `/api/admin/channels/${id}/test`);
  expect(tested.delivered).toBe(true);
  const [post] = receiver.taken;
  expect(verifiedBy(post, secret)).toBe(true);
  expect(verifiedBy(post, `whsec_${Buffer.alloc(32, 1).toString("base64")}`)).toBe(false);
  if (post === undefined) throw new Error("Nothing came.");
  expect(verifiedBy({ ...post, body: `${post.body} ` }, secret)).toBe(false);
  const moved = { ...post.headers, "webhook-id": "msg_other" };
  expect(verifiedBy({ ...post, headers: moved }, secret)).toBe(false);
});

function verifiedBy(post: Post | undefined, secret: string): boolean {
  try {
    new Webhook(secret).verify(post?.body ?? "", post?.headers ?? {});
    return true;
  } catch {
    return false;
  }
}
