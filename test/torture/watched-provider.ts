/** The simulated provider, which writes down every call that reached it: what it served it also bills. */
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import type { Journal } from "./journal.ts";

const WAIT_MS_MOST = 200;
const BETWEEN_MS_MOST = 8;
const OUTPUT_TOKENS_MOST = 60;

/** Each answer takes a while and has a length by `random`, so that kills find calls in every state. */
export function startWatchedProvider(
  journal: Journal,
  random: () => number,
): Promise<SimulatedProvider> {
  return startSimulatedProvider({
    script({ model }) {
      journal.arrivals.set(model, (journal.arrivals.get(model) ?? 0) + 1);
      return {
        waitMs: Math.floor(random() * WAIT_MS_MOST),
        betweenMs: Math.floor(random() * BETWEEN_MS_MOST),
        outputTokens: 1 + Math.floor(random() * OUTPUT_TOKENS_MOST),
      };
    },
  });
}
