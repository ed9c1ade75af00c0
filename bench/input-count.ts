/** `node bench/input-count.ts`: what it costs to bound the input of a 100 kB request, beside parsing its JSON. */
import { openai } from "../src/providers/openai/openai.ts";
import { SAMPLES } from "../test/providers/text-samples.ts";

const BYTES = 100_000;
const TURNS = 200;
const [route] = openai.routes;

console.log("100 kB of      JSON.parse   bound and facts   ratio");
for (const name of ["english", "code", "json", "chinese", "arabic", "emoji", "base64"]) {
  const content = textOf(SAMPLES[name] ?? "");
  const json = { model: "gpt-4o", messages: [{ role: "user", content }] };
  const body = JSON.stringify(json);
  const parseMs = fastestMs(() => JSON.parse(body));
  const boundMs = fastestMs(() => readFacts(json, body.length));
  console.log(
    `${name.padEnd(12)} ${parseMs.toFixed(3).padStart(9)} ms ${boundMs.toFixed(3).padStart(14)} ms ${(boundMs / parseMs).toFixed(1).padStart(7)}`,
  );
}

function textOf(sample: string): string {
  const repeated = sample.repeat(Math.ceil(BYTES / Buffer.byteLength(sample)));
  return Buffer.from(repeated).toString("utf8", 0, BYTES);
}

function readFacts(json: unknown, bodyBytes: number): void {
  if (route === undefined) return;
  const query = new URLSearchParams();
  openai.readRequest({ route, path: route.endpoint, query, json, bodyBytes });
}

/** Of many turns, so that what else runs on the machine is left out. */
function fastestMs(work: () => void): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - before);
  }
  return fastest;
}
