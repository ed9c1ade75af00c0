/** Lanes: how many run side by side, who goes first, and that one receiver never has two at once. */
import { expect, test } from "vitest";
import { createLanes, SIDE_BY_SIDE } from "../../src/alerts/outbox/lanes.ts";
import type { Head } from "../../src/alerts/outbox/read-heads.ts";

const head = (receiver: string, more: Partial<Head> = {}): Head => ({
  receiver,
  dueAt: 0,
  hasFailed: false,
  isMail: false,
  ...more,
});

/** Work that ends when it is told to. */
function handWork() {
  const running = new Map<string, (isMoreDue: boolean) => void>();
  const lanes = createLanes(
    (receiver) =>
      new Promise((resolve) => {
        expect(running.has(receiver)).toBe(false);
        running.set(receiver, resolve);
      }),
  );
  const end = async (receiver: string, isMoreDue = false): Promise<void> => {
    running.get(receiver)?.(isMoreDue);
    running.delete(receiver);
    await Promise.resolve();
    await new Promise(setImmediate);
  };
  return { lanes, end, running: () => [...running.keys()] };
}

test("webhooks go side by side up to the most; the next begins when one has ended", async () => {
  const { lanes, running, end } = handWork();
  const all = Array.from({ length: SIDE_BY_SIDE + 2 }, (_, at) => `channel:${at}`);
  lanes.offer(all.map((receiver) => head(receiver)));
  expect(running()).toEqual(all.slice(0, SIDE_BY_SIDE));
  await end("channel:3");
  expect(running()).toContain(`channel:${SIDE_BY_SIDE}`);
  expect(running()).toHaveLength(SIDE_BY_SIDE);
});

test("all mail goes through one lane, beside the others", async () => {
  const { lanes, running, end } = handWork();
  lanes.offer([
    head("customer:a", { isMail: true }),
    head("channel:1"),
    head("customer:b", { isMail: true }),
    head("channel:2", { isMail: true }),
  ]);
  expect(running()).toEqual(["customer:a", "channel:1"]);
  await end("customer:a");
  expect(running()).toEqual(["channel:1", "customer:b"]);
  await end("customer:b");
  expect(running()).toEqual(["channel:1", "channel:2"]);
});

test("receivers that failed before leave room for those that never did", () => {
  const { lanes, running } = handWork();
  const failed = Array.from({ length: 40 }, (_, at) => head(`channel:${at}`, { hasFailed: true }));
  lanes.offer(failed);
  expect(running().length).toBeLessThan(SIDE_BY_SIDE);
  lanes.offer([head("channel:new")]);
  expect(running()).toContain("channel:new");
});

test("a receiver with more goes to the end of the line; offered again while it runs, it is looked at once more and never twice at once", async () => {
  const { lanes, running, end } = handWork();
  const mail = (receiver: string) => head(receiver, { isMail: true });
  lanes.offer([mail("customer:a"), mail("customer:b")]);
  await end("customer:a", true);
  expect(running()).toEqual(["customer:b"]);
  await end("customer:b");
  expect(running()).toEqual(["customer:a"]);
  lanes.offer([mail("customer:a")]);
  expect(running()).toEqual(["customer:a"]);
  await end("customer:a");
  expect(running()).toEqual(["customer:a"]);
  let isIdle = false;
  const idle = lanes.idle().then(() => {
    isIdle = true;
  });
  expect(isIdle).toBe(false);
  await end("customer:a");
  await idle;
  expect(running()).toEqual([]);
});
