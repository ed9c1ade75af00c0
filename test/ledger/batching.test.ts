/** Operations that come together are committed together, and a crowd is refused, not kept waiting without end. */
import { expect, test } from "vitest";
import { batching, type Outcome } from "../../src/ledger/batching.ts";
import type { Operation } from "../../src/ledger/ledger.ts";

const expire: Operation = { kind: "expire", deadBoots: false, most: 1 };
const expired: Outcome = { kind: "expired", count: 0 };

test("what comes in one turn is one batch, in order, and at most two batches are under way", async () => {
  const sizes: number[] = [];
  let running = 0;
  let most = 0;
  const { submit } = batching(async (operations) => {
    sizes.push(operations.length);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    return operations.map((_, count): Outcome => ({ kind: "expired", count }));
  });
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => submit(expire)));
  expect(sizes).toEqual([256, 256, 256, 232]);
  expect(most).toBe(2);
  expect(answers[255]).toEqual({ kind: "expired", count: 255 });
});

test("more than can be done in good time is refused at once", async () => {
  const gate = Promise.withResolvers<void>();
  const { submit } = batching(async (operations) => {
    await gate.promise;
    return operations.map(() => expired);
  });
  const asked = Array.from({ length: 21_000 }, () => submit(expire));
  const settled = Promise.allSettled(asked);
  await expect(submit(expire)).rejects.toMatchObject({ code: "enforcement_unavailable" });
  gate.resolve();
  const refused = (await settled).filter(({ status }) => status === "rejected").length;
  expect(refused).toBe(1_000);
});

test("a batch that fails rejects its own callers only, and the next one is tried", async () => {
  let turn = 0;
  const { submit, stop } = batching((operations) => {
    turn += 1;
    return turn === 1
      ? Promise.reject(new Error("away"))
      : Promise.resolve(operations.map(() => expired));
  });
  await expect(submit(expire)).rejects.toMatchObject({ code: "enforcement_unavailable" });
  expect(await submit(expire)).toEqual(expired);
  const last = submit(expire);
  await stop();
  expect(await last).toEqual(expired);
  await expect(submit(expire)).rejects.toMatchObject({ code: "enforcement_unavailable" });
});
