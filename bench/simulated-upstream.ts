/** The provider of the gateway's benchmark, in a process of its own: 300 chunks to a stream, a millisecond apart. */
import { startSimulatedProvider } from "../src/demo/simulated-provider.ts";
import { serveCpuTimes } from "./cpu-times.ts";

/** A streamed answer is a chunk that begins, this many that write, one that ends, the usage and [DONE]. */
const WRITTEN = 300;

const provider = await startSimulatedProvider({
  delays: { firstMs: 0, betweenMs: 1 },
  script: (request) => ({ outputTokens: request.model.includes("nano") ? 100 : WRITTEN }),
});
serveCpuTimes({ url: provider.url });
