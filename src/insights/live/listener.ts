/** One reader of the live stream: text goes in as it comes, and out as fast as they read it. */
import { Readable } from "node:stream";

export interface Listener {
  /** The body of the answer. */
  readonly stream: Readable;
  /** Cuts off a reader who is too far behind; they may come again and go on where they were. */
  push(text: string): void;
  /** Ends the stream. */
  end(): void;
}

/** Events that wait for a reader who is slow; the first reply of one who comes again may hold a thousand. */
const WAITING_MOST = 4_000;

export function createListener(): Listener {
  const waiting: string[] = [];
  let isWanted = false;
  const stream = new Readable({
    encoding: "utf8",
    read() {
      isWanted = true;
      flush();
    },
  });
  const flush = (): void => {
    while (isWanted && waiting.length > 0) isWanted = stream.push(waiting.shift(), "utf8");
  };
  return {
    stream,
    push(text) {
      if (stream.destroyed) return;
      waiting.push(text);
      flush();
      if (waiting.length > WAITING_MOST) stream.destroy();
    },
    end() {
      // To somebody who does not read, the end would never come.
      if (waiting.length > 0) stream.destroy();
      else if (!stream.destroyed) stream.push(null);
    },
  };
}
