/** A job is done by the node whose turn it is: not before, and no longer. */
import { expect, onTestFinished, test } from "vitest";
import { repeat } from "../../src/jobs/repeat.ts";

test("no round begins while it is another node's work", async () => {
  let isMine = false;
  let asked = 0;
  let rounds = 0;
  const job = repeat({
    everyMs: 1,
    mayRun: () => {
      asked += 1;
      return isMine;
    },
    round: async () => {
      rounds += 1;
    },
    onFault: () => undefined,
  });
  onTestFinished(() => job.stop());
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(rounds).toBe(0);
  isMine = true;
  await expect.poll(() => rounds).toBeGreaterThan(0);
});

test("a round that runs is told when the work has become another node's", async () => {
  let isMine = true;
  const told: boolean[] = [];
  const job = repeat({
    everyMs: 1,
    mayRun: () => isMine,
    round: async (isStopped) => {
      told.push(isStopped());
      isMine = false;
      told.push(isStopped());
    },
    onFault: () => undefined,
  });
  await expect.poll(() => told).toEqual([false, true]);
  await job.stop();
});
