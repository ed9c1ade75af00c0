/** Asks the same thing again until a server answers it, as a careful client does: each request has its own id. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./ask.ts";
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

/** null where nobody answered for two minutes, which the journal has as a violation, or where nobody is left to. */
export async function untilAcknowledged(
  scene: Scene,
  client: Client,
  question: { readonly path: string; readonly body: unknown },
): Promise<Acknowledged | null> {
  const until = performance.now() + GIVES_UP_AFTER_MS;
  let last = "";
  for (let tries = 1; isWorthAsking(scene); tries += 1) {
    const answer = await scene.asker.ask({
      url: scene.someUrl() + question.path,
      key: scene.adminKey,
      body: question.body,
    });
    judge(scene, question, answer);
    if (answer.kind === "whole" && answer.status < 500) {
      return { status: answer.status, text: answer.text, tries };
    }
    last = answer.kind === "whole" ? answer.text : answer.why;
    if (performance.now() > until) {
      const asked = `${question.path} ${JSON.stringify(question.body)}`;
      scene.journal.violate(
        `Nobody answered for ${GIVES_UP_AFTER_MS / 1_000} s: ${asked}. The last try: ${last}`,
      );
      return null;
    }
    await sleep(client.random() * AGAIN_AFTER_MS_MOST);
  }
  return null;
}

/** Refused or cut is no fault; a server that breaks or is silent is. */
function judge(scene: Scene, question: { readonly path: string }, answer: Answer): void {
  if (answer.kind === "no answer") {
    scene.journal.violate(`${question.path} had no answer: ${answer.why}`);
  }
  if (answer.kind === "whole" && answer.status >= 500 && answer.status !== 503) {
    scene.journal.violate(`${question.path} was answered ${answer.status}: ${answer.text}`);
  }
}
