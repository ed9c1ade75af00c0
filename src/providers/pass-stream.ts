/** Passes a provider's stream on event by event, and lets a dialect read each one on its way. */
import type { StreamReader, StreamReading } from "./dialect.ts";
import type { EventMeter, Verdict } from "./event-meter.ts";
import { isWholeEvent } from "./event-text.ts";
import { OpenEvent } from "./open-event.ts";
import { PassedBytes } from "./passed-bytes.ts";
import type { EventSplitter } from "./split-events.ts";

/** More than this is not kept back: a provider that goes on after its last event is not to fill our memory. */
const KEPT_BYTES_MOST = 1024 * 1024;

/**
 * `keep`: what stays back once the last event came. `latest`: a dialect whose answers may go on after an event that
 * looks like the last one, so only the newest event is kept.
 */
export function passStream(parts: {
  splitter: EventSplitter;
  meter: EventMeter;
  keep: "all" | "latest";
}): StreamReader {
  return new PassingStream(parts.splitter, parts.meter, parts.keep);
}

class PassingStream implements StreamReader {
  readonly #splitter: EventSplitter;
  readonly #meter: EventMeter;
  readonly #keep: "all" | "latest";
  readonly #open = new OpenEvent();
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #complete: boolean = false;
  #fault: string | null = null;

  constructor(splitter: EventSplitter, meter: EventMeter, keep: "all" | "latest") {
    this.#splitter = splitter;
    this.#meter = meter;
    this.#keep = keep;
  }

  push(chunk: Uint8Array): Uint8Array | null {
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const piece = bytes.toString("latin1");
    const out = new PassedBytes(bytes);
    let from = 0;
    for (;;) {
      const end = this.#splitter.endIn(piece, from);
      if (end < 0) break;
      if (this.#open.length > 0) this.#closeEvent(bytes.subarray(from, end), out);
      else this.#dispose(this.#read(piece.slice(from, end), true), bytes, { from, end }, out);
      from = end;
    }
    if (from < bytes.length) out.add(this.#open.grow(bytes.subarray(from)));
    return out.joined();
  }

  rest(): Uint8Array | null {
    this.#readOpen();
    const isDropped = this.#open.verdict === "drop";
    const left = this.#open.take();
    const kept = Buffer.concat(isDropped ? this.#kept : [...this.#kept, left]);
    this.#kept = [];
    this.#keptBytes = 0;
    return kept.length === 0 ? null : kept;
  }

  reading(): StreamReading {
    this.#readOpen();
    const reading = this.#meter.reading();
    const problems = this.#fault === null ? reading.problems : [...reading.problems, this.#fault];
    return { ...reading, problems, complete: this.#complete };
  }

  /** Some providers do not close their last event with a blank line; its numbers count all the same. */
  #readOpen(): void {
    const open = this.#open;
    if (open.verdict !== null || open.cut || !open.looksWhole()) return;
    const event = open.text();
    if (isWholeEvent(event)) open.verdict = this.#read(event, true);
  }

  #read(event: string, whole: boolean): Verdict {
    let verdict: Verdict = "pass";
    try {
      verdict = this.#meter.read(event, whole);
    } catch (cause) {
      // Reading must not break the answer that passes: the bytes go on, and the event says what was not read.
      this.#fault = `An event of the stream could not be read: ${String(cause).slice(0, 200)}`;
    }
    if (verdict === "last") this.#complete = true;
    return verdict;
  }

  #closeEvent(end: Buffer, out: PassedBytes): void {
    out.add(this.#open.grow(end));
    const { cut, verdict: early } = this.#open;
    const verdict = early ?? this.#read(this.#open.text(), !cut);
    const bytes = this.#open.take();
    this.#dispose(verdict, bytes, { from: 0, end: bytes.length }, out);
  }

  #dispose(
    verdict: Verdict,
    bytes: Buffer,
    range: { from: number; end: number },
    out: PassedBytes,
  ): void {
    if (verdict === "drop") return;
    if (!this.#complete) {
      out.addRange(bytes, range.from, range.end);
      return;
    }
    if (this.#keep === "latest" || this.#keptBytes > KEPT_BYTES_MOST) {
      for (const earlier of this.#kept) out.add(earlier);
      this.#kept = [];
      this.#keptBytes = 0;
    }
    // Copied, so that a few bytes kept back do not hold on to the whole chunk they came in.
    this.#kept.push(Buffer.from(bytes.subarray(range.from, range.end)));
    this.#keptBytes += range.end - range.from;
  }
}
