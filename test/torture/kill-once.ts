/** Waits for a random moment and kills one server, or now and then the database, which start again at once. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TortureNode } from "./node-process.ts";
import type { Scene } from "./scene.ts";

export interface Kill {
  readonly number: number;
  readonly victim: string;
  /** How long it had been let alone. */
  readonly afterMs: number;
  /** Until it answered again; null: nobody waited, others serve meanwhile or it is killed while it starts. */
  readonly recoveredMs: number | null;
}

const AFTER_MS_LEAST = 50;
const AFTER_MS_MOST = 1_500;
const DATABASE_EVERY = 4;
/** So often the next kill does not wait for the recovery from the last one. */
const SHARE_IMPATIENT = 0.15;

const starting = new WeakMap<TortureNode, Promise<number | null>>();

export async function killOnce(
  scene: Scene,
  by: { readonly random: () => number; readonly number: number },
): Promise<Kill> {
  const { random, number } = by;
  const afterMs = AFTER_MS_LEAST + Math.floor(random() * (AFTER_MS_MOST - AFTER_MS_LEAST));
  const node = scene.nodes[Math.floor(random() * scene.nodes.length)];
  const isPatient = scene.nodes.length === 1 && random() >= SHARE_IMPATIENT;
  await sleep(afterMs);
  const { killAndRestart } = scene.database;
  if (killAndRestart !== null && number % DATABASE_EVERY === 0) {
    const startedAt = performance.now();
    scene.journal.note(`${scene.database.name} killed`);
    await killAndRestart();
    scene.journal.note(`${scene.database.name} answers`);
    const recoveredMs = performance.now() - startedAt;
    scene.journal.recoveries.push(recoveredMs);
    return { number, victim: scene.database.name, afterMs, recoveredMs };
  }
  if (node === undefined) throw new Error("There is no server to kill.");
  await node.kill();
  scene.journal.note(`${node.name} killed`);
  const again = startAgain(scene, node);
  const recoveredMs = isPatient ? await again : null;
  return { number, victim: node.name, afterMs, recoveredMs };
}

/** A start that was killed ends with null, and only then is there another. */
function startAgain(scene: Scene, node: TortureNode): Promise<number | null> {
  const before = starting.get(node) ?? Promise.resolve(null);
  const again = before
    .then(() => node.start())
    .then((ms) => {
      if (ms !== null) scene.journal.recoveries.push(ms);
      scene.journal.note(
        `${node.name} ${ms === null ? "killed while it started" : `answers after ${Math.round(ms)} ms`}`,
      );
      return ms;
    });
  starting.set(node, again);
  return again;
}
