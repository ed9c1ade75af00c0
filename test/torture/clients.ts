/** The clients: each does one thing after the other until it is told to pause, and pauses only between two things. */
import { setTimeout as sleep } from "node:timers/promises";
import { callGateway } from "./call-gateway.ts";
import type { Client } from "./cast.ts";
import { holdOverHttp } from "./hold-over-http.ts";
import type { Scene } from "./scene.ts";
import { tellEvents } from "./tell-events.ts";

const THINK_MS_MOST = 120;
const SHARE_OF_CALLS = 0.6;
const SHARE_OF_HOLDS = 0.25;

export interface Clients {
  resume(): void;
  /** Resolves once no client waits for anything. */
  pause(): Promise<void>;
  stop(): Promise<void>;
}

/** `failed` is told of what a client's own code throws: a mistake of the harness. */
export function startClients(
  scene: Scene,
  clients: readonly Client[],
  failed: (fault: unknown) => void,
): Clients {
  let running: Promise<unknown> = Promise.resolve();
  let isOpen = false;

  const live = async (client: Client): Promise<void> => {
    while (isOpen) {
      await actOnce(scene, client);
      await sleep(client.random() * THINK_MS_MOST);
    }
  };
  const pause = async (): Promise<void> => {
    isOpen = false;
    await running;
  };
  return {
    resume() {
      isOpen = true;
      running = Promise.all(clients.map((client) => live(client).catch(failed)));
    },
    pause,
    stop: pause,
  };
}

function actOnce(scene: Scene, client: Client): Promise<void> {
  const drawn = client.random();
  if (drawn < SHARE_OF_CALLS) return callGateway(scene, client);
  if (drawn < SHARE_OF_CALLS + SHARE_OF_HOLDS) return holdOverHttp(scene, client);
  return tellEvents(scene, client);
}
