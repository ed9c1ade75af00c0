/** Passes a provider's stream on event by event, and lets a dialect read each one on its way. */
import type { StreamReader, StreamReading, UsageReading } from "./dialect.ts";
import { isWholeEvent } from "./event-text.ts";
import type { EventSplitter } from "./split-events.ts";

/** What becomes of an event: passed on, left out, or kept back because the answer ends with it. */
export type Verdict = "pass" | "drop" | "last";

/** How one dialect reads the events of one answer. */
export interface EventMeter {
  /**
   * `event` is an event's bytes as latin1 text, or only its beginning and its end where it was too large to keep
   * (`whole` is false). May throw.
   */
  read(event: string, whole: boolean): Verdict;
  /** What has been read so far. May be asked at any time, and often. */
  reading(): UsageReading;
}

/** An event that grows past this is passed on unread, but for its beginning and its end. */
const EVENT_BYTES_MOST = 1024 * 1024;
const HEAD_BYTES = 256;
const TAIL_BYTES = 16 * 1024;
const SPACE = 0x20;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const NOTHING = Buffer.alloc(0);

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
  #complete = false;
  #fault: string | null = null;

  constructor(splitter: EventSplitter, meter: EventMeter, keep: "all" | "latest") {
    this.#splitter = splitter;
    this.#meter = meter;
    this.#keep = keep;
  }

  push(chunk: Uint8Array): Uint8Array | null {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const piece = bytes.latin1Slice();
    const out = new Passed(bytes);
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
    const left = this.#open.verdict === "drop" ? NOTHING : this.#open.take().bytes;
    const kept = Buffer.concat([...this.#kept, left]);
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

  #closeEvent(end: Buffer, out: Passed): void {
    out.add(this.#open.grow(end));
    const { cut, verdict: early } = this.#open;
    const verdict = early ?? this.#read(this.#open.text(), !cut);
    const { bytes } = this.#open.take();
    this.#dispose(verdict, bytes, { from: 0, end: bytes.length }, out);
  }

  #dispose(verdict: Verdict, bytes: Buffer, range: { from: number; end: number }, out: Passed): void {
    if (verdict === "drop") return;
    if (!this.#complete) {
      out.addRange(bytes, range.from, range.end);
      return;
    }
    if (this.#keep === "latest" || this.#keptBytes > EVENT_BYTES_MOST) {
      for (const earlier of this.#kept) out.add(earlier);
      this.#kept = [];
      this.#keptBytes = 0;
    }
    // Copied, so that a few bytes kept back do not hold on to the whole chunk they came in.
    this.#kept.push(Buffer.from(bytes.subarray(range.from, range.end)));
    this.#keptBytes += range.end - range.from;
  }
}

/** The bytes of the event that has begun and not ended. */
class OpenEvent {
  length = 0;
  /** Too large to keep: only its head and its tail are here. */
  cut = false;
  /** Set once it was read, though it has not ended. */
  verdict: Verdict | null = null;
  #store = NOTHING;
  #head = "";

  /** Adds bytes; gives those that must go on now, since there are too many to keep. */
  grow(bytes: Buffer): Buffer {
    const length = this.length + bytes.length;
    if (length > this.#store.length) {
      const store = Buffer.allocUnsafe(Math.max(1024, length * 2));
      this.#store.copy(store, 0, 0, this.length);
      this.#store = store;
    }
    bytes.copy(this.#store, this.length);
    this.length = length;
    if (length <= EVENT_BYTES_MOST) return NOTHING;
    return this.#shrink();
  }

  text(): string {
    return this.#head + this.#store.latin1Slice(0, this.length);
  }

  /** Does it end as a payload ends? A cheap look, so that a large event is not parsed at each of its pieces. */
  looksWhole(): boolean {
    let last = this.length - 1;
    while (last >= 0 && (this.#store[last] ?? 0) <= SPACE) last -= 1;
    const byte = last < 0 ? undefined : this.#store[last];
    return byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
  }

  take(): { bytes: Buffer } {
    const bytes = this.#store.subarray(0, this.length);
    this.#store = NOTHING;
    this.#head = "";
    this.length = 0;
    this.cut = false;
    this.verdict = null;
    return { bytes };
  }

  #shrink(): Buffer {
    if (!this.cut) this.#head = this.#store.latin1Slice(0, HEAD_BYTES);
    this.cut = true;
    const passed = this.#store.subarray(0, this.length - TAIL_BYTES);
    const tail = Buffer.from(this.#store.subarray(this.length - TAIL_BYTES, this.length));
    this.#store = tail;
    this.length = tail.length;
    return passed;
  }
}

/** What one push lets through: the chunk itself where all of it goes, else as few copies as there are gaps. */
class Passed {
  readonly #chunk: Buffer;
  readonly #parts: Buffer[] = [];
  #from = 0;
  #end = 0;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  addRange(bytes: Buffer, from: number, end: number): void {
    if (bytes !== this.#chunk) return this.add(bytes.subarray(from, end));
    if (from !== this.#end) this.#flush();
    if (this.#from === this.#end) this.#from = from;
    this.#end = end;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#flush();
    this.#parts.push(bytes);
  }

  joined(): Buffer | null {
    if (this.#parts.length === 0 && this.#end - this.#from === this.#chunk.length) return this.#chunk;
    this.#flush();
    if (this.#parts.length <= 1) return this.#parts[0] ?? null;
    return Buffer.concat(this.#parts);
  }

  #flush(): void {
    if (this.#end > this.#from) this.#parts.push(this.#chunk.subarray(this.#from, this.#end));
    this.#from = this.#end;
  }
}
