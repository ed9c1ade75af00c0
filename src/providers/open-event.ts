/** Holds the event of a stream that has begun and not ended, in bounded memory. */
import type { Verdict } from "./event-meter.ts";

/** An event that grows past this is passed on unread, but for its beginning and its end. */
const EVENT_BYTES_MOST = 1024 * 1024;
const HEAD_BYTES = 256;
const TAIL_BYTES = 16 * 1024;
const SPACE = 0x20;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const NOTHING = Buffer.alloc(0);

/** The bytes of the event that has begun and not ended. */
export class OpenEvent {
  length = 0;
  /** Too large to keep: only its head and its tail are here. */
  cut: boolean = false;
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
    return this.#head + this.#store.toString("latin1", 0, this.length);
  }

  /** Does it end as a payload ends? A cheap look, so that a large event is not parsed at each of its pieces. */
  looksWhole(): boolean {
    let last = this.length - 1;
    while (last >= 0 && (this.#store[last] ?? 0) <= SPACE) last -= 1;
    const byte = last < 0 ? undefined : this.#store[last];
    return byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
  }

  /** Gives its bytes, and is empty again. */
  take(): Buffer {
    const bytes = this.#store.subarray(0, this.length);
    this.#store = NOTHING;
    this.#head = "";
    this.length = 0;
    this.cut = false;
    this.verdict = null;
    return bytes;
  }

  #shrink(): Buffer {
    if (!this.cut) this.#head = this.#store.toString("latin1", 0, HEAD_BYTES);
    this.cut = true;
    const passed = this.#store.subarray(0, this.length - TAIL_BYTES);
    const tail = Buffer.from(this.#store.subarray(this.length - TAIL_BYTES, this.length));
    this.#store = tail;
    this.length = tail.length;
    return passed;
  }
}
