/** Lanes: how many run side by side, who goes first, and that one receiver never has two at once. */
import { expect, test } from "vitest";
import { createLanes } from "../../src/alerts/outbox/lanes.ts";
import type { Head } from "../../src/alerts/outbox/read-heads.ts";

const head = (receiver: string, more: Partial<Head> = {}): Head => ({
  receiver,
  dueAt: 0,
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

test("however many channels there are, none waits for another", () => {
  const { lanes, running } = handWork();
  const all = Array.from({ length: 100 }, (_, at) => `channel:${at}`);
  lanes.offer(all.map((receiver) => head(receiver)));
  expect(running()).toEqual(all);
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
