/** The outbox sends to each receiver in order and to all of them side by side; nodes take over from each other. */
import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/core/instant.ts";
import { stageOutbox } from "./outbox-stage.ts";
import { toldIn } from "./receivers/notice-stage.ts";
import type { WebhookReceiver } from "./receivers/webhook-receiver.ts";

const numbersIn = ({ posts }: WebhookReceiver): number[] =>
  posts.map((post) => toldIn(post).data.facts.calls);

test("a receiver that never answers slows nobody else; what waits for it waits in order, one attempt at a time", async () => {
  const stage = await stageOutbox();
  const [silent, quick, other] = [
    await stage.receiver(),
    await stage.receiver(),
    await stage.receiver(),
  ];
  silent.react = () => "hang";
  for (const receiver of [silent, quick, other]) await stage.webhook(receiver);
  const ann = await stage.customer("ann");
  const { dispatcher } = stage.node();
  dispatcher.start();
  for (let n = 1; n <= 5; n += 1) await stage.raise(ann, n);
  dispatcher.wake();
  await expect.poll(() => numbersIn(quick)).toEqual([1, 2, 3, 4, 5]);
  await expect.poll(() => numbersIn(other)).toEqual([1, 2, 3, 4, 5]);
  expect(numbersIn(silent)).toEqual([1]);
});

test("the first in the line waits for its next attempt, and those behind it wait for it", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  await stage.webhook(receiver);
  const ann = await stage.customer("ann");
  receiver.react = () => ({ status: 500 });
  const { dispatcher, counts } = stage.node();
  for (let n = 1; n <= 3; n += 1) await stage.raise(ann, n);
  await dispatcher.runDue();
  await dispatcher.runDue();
  expect(numbersIn(receiver)).toEqual([1]);
  receiver.react = () => "take";
  stage.later(HOUR_MS);
  await dispatcher.runDue();
  expect(numbersIn(receiver)).toEqual([1, 1, 2, 3]);
  const ids = receiver.posts.map(({ id }) => id);
  expect(ids[1]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(3);
  expect(counts).toEqual({ "webhook failed": 1, "webhook sent": 3 });
});

test("a node that loses the right to send breaks off, and the next one sends the same again, as if nothing had been", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  receiver.react = () => "hang";
  await stage.webhook(receiver);
  await stage.raise(await stage.customer("ann"), 1);
  const first = stage.node();
  first.dispatcher.start();
  await expect.poll(() => receiver.posts.length).toBe(1);
  const second = stage.node();
  second.mayRun = false;
  second.dispatcher.start();
  receiver.react = () => "take";
  first.mayRun = false;
  second.mayRun = true;
  await expect.poll(() => stage.deliveries()).toEqual([["channel:1", "sent", 1]]);
  expect(new Set(receiver.posts.map(({ id }) => id)).size).toBe(1);
  expect(receiver.posts).toHaveLength(2);
  expect([first.faults, second.faults]).toEqual([[], []]);
  expect([first.counts, second.counts]).toEqual([{}, { "webhook sent": 1 }]);
});

test("what runs when the right to send is lost is broken off, whatever it waits for", async () => {
  const stage = await stageOutbox();
  await stage.webhook(await stage.receiver());
  await stage.raise(await stage.customer("ann"), 1);
  const states: string[] = [];
  const node = stage.node({
    deliver(_message, { kind }, signal) {
      if (kind === "log") return Promise.resolve({ kind: "sent" });
      states.push("runs");
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          states.push("broken off");
          resolve({ kind: "failed", reason: "Broken off." });
        });
      });
    },
  });
  node.dispatcher.start();
  await expect.poll(() => states).toEqual(["runs"]);
  node.mayRun = false;
  await expect.poll(() => states).toEqual(["runs", "broken off"]);
  expect(await stage.deliveries()).toEqual([["channel:1", "pending", 0]]);
});

test("what is stopped in the middle of an attempt is sent again at the next start, under the same id", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  receiver.react = () => "hang";
  await stage.webhook(receiver);
  await stage.raise(await stage.customer("ann"), 1);
  const { dispatcher } = stage.node();
  dispatcher.start();
  await expect.poll(() => receiver.posts.length).toBe(1);
  await dispatcher.stop();
  expect(await stage.deliveries()).toEqual([["channel:1", "pending", 0]]);
  receiver.react = () => "take";
  await stage.node().dispatcher.runDue();
  expect(receiver.posts.map(({ id }) => id)).toEqual([
    receiver.posts[0]?.id,
    receiver.posts[0]?.id,
  ]);
});

test("two nodes that both believe to send make one delivery for each receiver, and a receiver that drops repeats takes each once", async () => {
  const stage = await stageOutbox();
  const receivers = [await stage.receiver(), await stage.receiver()];
  for (const receiver of receivers) await stage.webhook(receiver);
  const ann = await stage.customer("ann");
  const numbers = Array.from({ length: 60 }, (_, at) => at + 1);
  await Promise.all(numbers.map((n) => stage.raise(ann, n)));
  const nodes = [stage.node(), stage.node()];
  await Promise.all(nodes.map(({ dispatcher }) => dispatcher.runDue()));
  const found = await stage.deliveries();
  expect(found).toHaveLength(120);
  expect(found.filter(([, state]) => state === "sent")).toHaveLength(120);
  for (const { taken } of receivers) {
    const told = taken.map((post) => toldIn(post).data.facts.calls);
    expect(told.toSorted((one, other) => one - other)).toEqual(numbers);
  }
  expect(nodes.flatMap(({ faults }) => faults)).toEqual([]);
});

test("a receiver's own pause is kept to, up to a day; 410 gives up at once", async () => {
  const stage = await stageOutbox();
  const [busy, gone] = [await stage.receiver(), await stage.receiver()];
  busy.react = () => ({ status: 429, headers: { "retry-after": "7200" } });
  gone.react = () => ({ status: 410 });
  await stage.webhook(busy, ["alert.*"]);
  await stage.webhook(gone, ["alert.*"]);
  await stage.raise(await stage.customer("ann"), 1);
  const { dispatcher, counts } = stage.node();
  await dispatcher.runDue();
  expect(counts).toEqual({ "webhook failed": 1, "webhook dead": 1 });
  expect(await stage.deliveries()).toEqual([
    ["channel:1", "pending", 1],
    ["channel:2", "dead", 1],
  ]);
  const [row] = await stage.rows("select due_at, last_status from deliveries where id = 1");
  expect(Number(row?.["due_at"]) - stage.clock.at).toBe(2 * HOUR_MS);
  expect(Number(row?.["last_status"])).toBe(429);
  stage.later(2 * HOUR_MS - 1);
  await dispatcher.runDue();
  expect(busy.posts).toHaveLength(1);
  stage.later(1);
  await dispatcher.runDue();
  expect(busy.posts).toHaveLength(2);
});
