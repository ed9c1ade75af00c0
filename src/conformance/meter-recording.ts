/** Meters and prices a recorded answer by the gateway's own steps, without a gateway around them. */
import { estimateOf } from "../call/2-estimate.ts";
import { meter } from "../call/5-meter.ts";
import { price } from "../call/6-price.ts";
import type { Metered, ProviderAnswer } from "../call/call.ts";
import type { Instant } from "../core/instant.ts";
import type { Charge } from "../core/pricing/price.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { RequestFacts, StreamReading, UsageReading } from "../providers/dialect.ts";
import type { JsonObject } from "../providers/read-json.ts";
import { cutAtRandom } from "./cut-bytes.ts";
import { parsed } from "./event-payloads.ts";
import { expectedBytes } from "./expected-bytes.ts";
import type { Placed } from "./find-dialect.ts";
import { asksForUsage, readAs } from "./make-request.ts";
import type { Recording } from "./recording.ts";

export interface MeteredRecording {
  readonly metered: Metered;
  readonly charge: Charge;
  /** null: the body is no JSON, so it says nothing. */
  readonly reading: UsageReading | StreamReading | null;
  /** The bytes that reach the client: all, but for a usage chunk it had not asked for. */
  readonly delivered: Buffer;
}

export interface MeteringWith {
  readonly prices: PriceBook;
  /** Prices in force then are taken. */
  readonly at: Instant;
  readonly random: () => number;
}

/** A stream is read whole, and cut at random so many times; every reading must be the same. */
const READINGS = 4;
const PIECES_MOST = 60;

/** Throws where two readings of one stream differ, where a byte is lost, and whatever a dialect throws: it must not. */
export function meterRecording(
  recorded: { recording: Recording; placed: Placed; request: JsonObject },
  using: MeteringWith,
): MeteredRecording {
  const { recording, placed, request } = recorded;
  const { dialect, route, path, query } = placed;
  const facts = dialect.readRequest({
    route,
    path,
    query,
    json: readAs(request, route),
    bodyBytes: Buffer.byteLength(JSON.stringify(request)),
  });
  const estimated = estimateOf({ facts, price: null, units: facts.units ?? {} });
  const streamed = recording.kind !== "json" && recording.status < 400;
  const read = streamed
    ? readCutAnywhere(recorded, facts, using.random)
    : { reading: readWhole(recorded, facts), delivered: recording.body };
  const answer: ProviderAnswer = {
    ended: "whole",
    status: recording.status,
    streamed,
    reading: read.reading,
    latencyMs: 0,
    retryCount: 0,
    billedAttempts: 0,
    deliver: () => {},
  };
  const metered = meter({ answer, estimated });
  const { provider } = dialect;
  const charge = price({ metered, provider, modelAsked: facts.model, at: using.at }, using);
  return { metered, charge, ...read };
}

function readWhole(
  { recording, placed }: { recording: Recording; placed: Placed },
  facts: RequestFacts,
): UsageReading | null {
  const json = parsed(recording.body.toString("utf8"));
  return json === undefined ? null : placed.dialect.readUsage(placed.route, json, facts);
}

type Asked = { readonly placed: Placed; readonly request: JsonObject };
type StreamRead = { readonly reading: StreamReading; readonly delivered: Buffer };

function readCutAnywhere(
  recorded: { recording: Recording; placed: Placed; request: JsonObject },
  facts: RequestFacts,
  random: () => number,
): StreamRead {
  const { body } = recorded.recording;
  const first = readStream(recorded, facts, [body]);
  if (!first.delivered.equals(expectedBytes(body, stripsUsage(recorded)))) {
    throw new Error("Other bytes pass than the provider's.");
  }
  for (let turn = 1; turn < READINGS; turn += 1) {
    const pieces = cutAtRandom(body, 2 + Math.floor(random() * PIECES_MOST), random);
    const again = readStream(recorded, facts, pieces);
    if (!again.delivered.equals(first.delivered))
      throw new Error("Cut otherwise, other bytes pass.");
    if (JSON.stringify(again.reading, bigints) !== JSON.stringify(first.reading, bigints)) {
      throw new Error("Cut otherwise, the stream is read otherwise.");
    }
  }
  return first;
}

function readStream(recorded: Asked, facts: RequestFacts, pieces: readonly Buffer[]): StreamRead {
  const { dialect, route, query } = recorded.placed;
  const reader = dialect.readStream(route, {
    stripUsage: stripsUsage(recorded),
    query,
    facts,
  });
  const passed = pieces.map((piece) => Buffer.from(reader.push(piece) ?? []));
  const reading = reader.reading();
  return { reading, delivered: Buffer.concat([...passed, Buffer.from(reader.rest() ?? [])]) };
}

/** We ask for the usage of such a stream, and leave it out where the client had not asked. */
function stripsUsage({ placed, request }: Asked): boolean {
  return placed.dialect.mustAskUsage(placed.route) && !asksForUsage(request);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
