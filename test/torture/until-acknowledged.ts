/** Asks the same thing again until a server answers it, as a careful client does: each request has its own id. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./cast.ts";
import { isWorthAsking, type Scene } from "./scene.ts";

const AGAIN_AFTER_MS_MOST = 150;
const GIVES_UP_AFTER_MS = 120_000;

export interface Acknowledged {
  readonly status: number;
  readonly text: string;
  /** An earlier try may have been carried out though its answer was cut. */
  readonly tries: number;
}

/** null where nobody answered for two minutes, or nobody is left to; the journal has that as a violation. */
export async function untilAcknowledged(
  scene: Scene,
  client: Client,
  question: { readonly path: string; readonly body: unknown },
): Promise<Acknowledged | null> {
  const startedAt = performance.now();
  let last = "";
  const isOver = (): boolean => performance.now() - startedAt > GIVES_UP_AFTER_MS;
  for (let tries = 1; !isOver() && isWorthAsking(scene); tries += 1) {
    const answer = await scene.asker.ask({
      url: scene.someUrl() + question.path,
      key: scene.adminKey,
      body: question.body,
    });
    if (answer.kind === "whole" && answer.status !== 503) {
      if (answer.status >= 500) {
        scene.journal.violate(`${question.path} was answered ${answer.status}: ${answer.text}`);
      }
      return { status: answer.status, text: answer.text, tries };
    }
    if (answer.kind === "no answer") {
      scene.journal.violate(`${question.path} had no answer: ${answer.why}`);
    }
    last = answer.kind === "whole" ? answer.text : answer.why;
    await sleep(client.random() * AGAIN_AFTER_MS_MOST);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  scene.journal.violate(
    `${question.path} was not answered for ${seconds} s: ${last} ${JSON.stringify(question.body)}`,
  );
  return null;
}
