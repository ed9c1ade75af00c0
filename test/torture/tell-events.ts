/** A client tells of calls made elsewhere, and again with the same ids until that is acknowledged, sometimes once more. */
import { jsonOf } from "./ask.ts";
import type { Client } from "./cast.ts";
import type { TellEntry } from "./journal.ts";
import type { Scene } from "./scene.ts";
import { untilAcknowledged } from "./until-acknowledged.ts";

const EVENTS_MOST = 3;
const TOKENS_MOST = 2_000;
const SHARE_ONCE_MORE = 0.2;

export async function tellEvents(scene: Scene, client: Client): Promise<void> {
  const count = 1 + Math.floor(client.random() * EVENTS_MOST);
  const entries = Array.from({ length: count }, () => entryOf(scene, client));
  for (const entry of entries) scene.journal.tells.set(entry.sourceId, entry);
  const question = {
    path: `/api/subscription/usage/${client.customer}/events`,
    body: {
      events: entries.map(({ sourceId, told }) => ({
        id: sourceId,
        provider: "openai",
        model: "gpt-4o-mini",
        usage: told,
      })),
    },
  };
  const first = await untilAcknowledged(scene, client, question);
  if (first === null) return;
  const { recorded, duplicates } = countsOf(first.text);
  const isRight = recorded + duplicates === count && (first.tries > 1 || duplicates === 0);
  if (first.status !== 200 || !isRight) {
    scene.journal.violate(
      `Telling ${count} events in ${first.tries} tries: ${first.status} ${first.text}`,
    );
    return;
  }
  for (const entry of entries) entry.acknowledged = true;
  if (client.random() >= SHARE_ONCE_MORE) return;
  const again = await untilAcknowledged(scene, client, question);
  if (again !== null && countsOf(again.text).duplicates !== count) {
    scene.journal.violate(`Telling ${count} acknowledged events once more: ${again.text}`);
  }
}

function entryOf(scene: Scene, client: Client): TellEntry {
  return {
    sourceId: scene.journal.newName("event"),
    customer: client.customer,
    askedAt: Date.now(),
    told: {
      input: 1 + Math.floor(client.random() * TOKENS_MOST),
      output: 1 + Math.floor(client.random() * TOKENS_MOST),
    },
    acknowledged: false,
  };
}

function countsOf(text: string): { recorded: number; duplicates: number } {
  const { data } = jsonOf(text);
  const fields = typeof data === "object" && data !== null ? { ...data } : {};
  const numberIn = (name: string): number =>
    Number(Object.entries(fields).find(([key]) => key === name)?.[1] ?? Number.NaN);
  return { recorded: numberIn("recorded"), duplicates: numberIn("duplicates") };
}
