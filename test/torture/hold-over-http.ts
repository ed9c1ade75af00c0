/** A client makes a hold over HTTP and ends it, each with one id, asked again until it is acknowledged. */
import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf } from "./ask.ts";
import type { Client } from "./cast.ts";
import type { HoldEntry } from "./journal.ts";
import { payerOf } from "./payer.ts";
import type { Scene } from "./scene.ts";
import { untilAcknowledged } from "./until-acknowledged.ts";

/** Short, so that a hold whose client never ends it is over before the audit. */
export const HOLD_SECONDS = 3;
/** The sweeper of the server comes every five seconds. */
const LATE_MS = HOLD_SECONDS * 1_000 + 5_500;
const WORK_MS_MOST = 300;
const TOKENS_MOST = 500;

export async function holdOverHttp(scene: Scene, client: Client): Promise<void> {
  const { customer } = payerOf(scene, client);
  const entry: HoldEntry = {
    sourceId: scene.journal.newName("hold"),
    customer,
    wish: wishOf(client.random()),
    askedAt: Date.now(),
    told: {
      input: 1 + Math.floor(client.random() * TOKENS_MOST),
      output: 1 + Math.floor(client.random() * TOKENS_MOST),
    },
    reservationId: null,
    end: "open",
  };
  scene.journal.holds.set(entry.sourceId, entry);
  await reserve(scene, client, entry);
  if (entry.end !== "held") return;
  await sleep(entry.wish === "settle late" ? LATE_MS : client.random() * WORK_MS_MOST);
  if (entry.wish === "release") await release(scene, client, entry);
  else if (entry.wish !== "abandon") await settle(scene, client, entry);
}

function wishOf(drawn: number): HoldEntry["wish"] {
  if (drawn < 0.6) return "settle";
  if (drawn < 0.9) return "release";
  return drawn < 0.97 ? "abandon" : "settle late";
}

async function reserve(scene: Scene, client: Client, entry: HoldEntry): Promise<void> {
  const answer = await untilAcknowledged(scene, client, {
    path: "/api/subscription/reservations",
    body: {
      id: entry.sourceId,
      user_id: entry.customer,
      provider: "openai",
      model: "gpt-4o-mini",
      input_tokens: TOKENS_MOST,
      max_output_tokens: TOKENS_MOST,
      ttl_seconds: HOLD_SECONDS,
    },
  });
  if (answer === null) return;
  const { data } = jsonOf(answer.text);
  if (answer.status === 200 && typeof data === "object" && data !== null) {
    entry.reservationId = "reservation_id" in data ? String(data.reservation_id) : null;
    entry.end = "held";
    scene.journal.granted(entry.customer);
  } else if (answer.status === 429) {
    entry.end = "refused";
    scene.journal.refused(entry.customer);
  } else {
    scene.journal.violate(`The hold ${entry.sourceId}: ${answer.status} ${answer.text}`);
  }
}

async function settle(scene: Scene, client: Client, entry: HoldEntry): Promise<void> {
  const answer = await untilAcknowledged(scene, client, {
    path: `/api/subscription/reservations/${entry.sourceId}/settle`,
    body: { usage: entry.told },
  });
  if (answer === null) return;
  if (answer.status === 200) entry.end = "settled";
  else scene.journal.violate(`Settling ${told(entry)}: ${answer.status} ${answer.text}`);
}

async function release(scene: Scene, client: Client, entry: HoldEntry): Promise<void> {
  scene.journal.mayBeFree(entry.customer);
  const answer = await untilAcknowledged(scene, client, {
    path: `/api/subscription/reservations/${entry.sourceId}/release`,
    body: { reason: "not needed" },
  });
  if (answer === null) return;
  if (answer.status === 200) {
    entry.end = "released";
  } else if (answer.status === 409) {
    entry.end = "expired first";
    scene.journal.wasNotFree(entry.customer);
  } else {
    scene.journal.violate(`Releasing ${told(entry)}: ${answer.status} ${answer.text}`);
  }
}

function told(entry: HoldEntry): string {
  return `the hold ${entry.sourceId} (${entry.reservationId})`;
}
