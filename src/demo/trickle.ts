/** Calls that go on while the demo runs, so that its pages move. */
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "./history/seeded.ts";
import type { SdkClients } from "./official-sdks.ts";
import {
  anthropicMessage,
  geminiContent,
  mistralChat,
  openaiChat,
  openaiResponse,
  type SampleCall,
} from "./sample-calls.ts";
import { asRefusal } from "./send-traffic.ts";

export interface TrickleCaller {
  readonly userId: string;
  /** With one of that customer's keys. */
  readonly clients: SdkClients;
}

export interface Trickle {
  /** Resolves when the call that runs has ended. Rejects with what failed meanwhile other than by a refusal. */
  stop(): Promise<void>;
}

const PAUSE_MS_LEAST = 900;
const PAUSE_MS_MOST = 5_500;

/** How often they call, against the others; whoever is not named does not. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "demo-pia": 34,
  "demo-atlas": 24,
  "demo-eve": 16,
  "demo-mia": 8,
  "demo-otto": 5,
  "demo-sol": 5,
  "demo-nora": 4,
  "demo-raj": 4,
};

const CALLS: readonly { readonly weight: number; readonly of: (turn: number) => SampleCall }[] = [
  { weight: 3, of: (turn) => openaiChat("gpt-4o", turn, true) },
  { weight: 2, of: (turn) => openaiResponse("gpt-5", turn) },
  { weight: 3, of: (turn) => anthropicMessage("claude-sonnet-5", turn, true) },
  { weight: 2, of: (turn) => geminiContent("gemini-2.5-pro", turn, true) },
  { weight: 2, of: (turn) => geminiContent("gemini-2.5-flash", turn) },
  { weight: 1, of: (turn) => mistralChat("mistral-large-latest", turn) },
];

export function startTrickle(callers: readonly TrickleCaller[]): Trickle {
  const stopping = new AbortController();
  const chance = seeded("trickle");
  const often = callers.flatMap((caller) => {
    const keys = callers.filter(({ userId }) => userId === caller.userId).length;
    const weight = (WEIGHTS[caller.userId] ?? 0) / keys;
    return weight === 0 ? [] : [{ ...caller, weight }];
  });
  async function run(): Promise<void> {
    for (let turn = 0; often.length > 0; turn += 1) {
      const pauseMs = chance.between(PAUSE_MS_LEAST, PAUSE_MS_MOST);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await make(chance.pick(CALLS).of(turn), chance.pick(often).clients);
    }
  }
  const running = run();
  // It is told by `stop`; until then it must not end the process.
  running.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A limit that is reached meanwhile, or a key that was taken back in the dashboard, is part of the demo. */
async function make(call: SampleCall, clients: SdkClients): Promise<void> {
  try {
    await call.make(clients);
  } catch (error) {
    asRefusal(call.provider, error);
  }
}
