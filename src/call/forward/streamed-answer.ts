/** An answer that streams: passed on as it comes, read on its way, no faster than its client takes it. */
import { performance } from "node:perf_hooks";
import type { Transform } from "node:stream";
import type { StreamReader } from "../../providers/dialect.ts";
import type { CallReply, ProviderAnswer } from "../call.ts";
import { objectsIn } from "../owned-objects.ts";
import type { CallWatch } from "./call-watch.ts";
import { decoderStream, type Encoding } from "./decode-body.ts";
import type { AnswerBody, ExchangeEnd, Flow } from "./exchange.ts";
import type { AnswerRead, Forwarding } from "./forwarding.ts";

/** After its last event a provider may take this long to end its answer. */
const END_AFTER_LAST_EVENT_MS = 2_000;

export class StreamedAnswer implements AnswerBody {
  readonly reader: StreamReader;
  firstPieceAt: number | null = null;
  readonly #reply: CallReply;
  readonly #flow: Flow;
  readonly #watch: CallWatch;
  readonly #decoder: Transform | null;
  #decoderFailed: boolean = false;
  #drainHeard: boolean = false;
  #ending: NodeJS.Timeout | null = null;

  constructor(parts: {
    reader: StreamReader;
    reply: CallReply;
    flow: Flow;
    watch: CallWatch;
    encoding: Encoding | null;
  }) {
    this.reader = parts.reader;
    this.#reply = parts.reply;
    this.#flow = parts.flow;
    this.#watch = parts.watch;
    this.#decoder = parts.encoding === null ? null : this.#decode(decoderStream(parts.encoding));
  }

  piece(bytes: Uint8Array): void {
    this.firstPieceAt ??= performance.now();
    this.#ending?.refresh();
    if (this.#decoder === null) this.#pass(bytes);
    else if (!this.#decoder.write(bytes)) this.#flow.pause();
  }

  /** All that came has been passed on. false: its encoding broke, so it is not whole. */
  async finished(): Promise<boolean> {
    if (this.#ending !== null) clearTimeout(this.#ending);
    const decoder = this.#decoder;
    if (decoder === null) return true;
    if (!decoder.closed) {
      const closed = new Promise((resolve) => decoder.once("close", resolve));
      this.#watch.onStop(() => decoder.destroy());
      decoder.end();
      await closed;
      this.#watch.onStop(null);
    }
    return !this.#decoderFailed && this.#watch.stopped === null;
  }

  discard(): false {
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#decoder?.destroy();
    return false;
  }

  #pass(bytes: Uint8Array): void {
    const passed = this.reader.push(bytes);
    if (passed !== null && passed.length > 0 && !this.#reply.write(passed)) this.#pause();
    // The reader keeps bytes back from the last event on, so only then is its state worth a look.
    if ((passed === null || passed.length < bytes.length) && this.#ending === null)
      this.#expectEnd();
  }

  #expectEnd(): void {
    if (!this.reader.reading().complete) return;
    const end = () => this.#flow.abort(new Error("The stream was complete but did not end."));
    this.#ending = setTimeout(end, END_AFTER_LAST_EVENT_MS);
  }

  #pause(): void {
    this.#flow.pause();
    this.#decoder?.pause();
    this.#watch.pause(true);
    if (this.#drainHeard) return;
    this.#drainHeard = true;
    this.#reply.onDrain(() => this.#resume());
  }

  #resume(): void {
    this.#watch.pause(false);
    this.#decoder?.resume();
    this.#flow.resume();
  }

  #decode(decoder: Transform): Transform {
    decoder.on("data", (bytes: Buffer) => this.#pass(bytes));
    decoder.on("drain", () => this.#flow.resume());
    decoder.on("error", (cause) => {
      this.#decoderFailed = true;
      this.#flow.abort(cause);
    });
    return decoder;
  }
}

/** Its pieces are with the client already; `deliver` sends what was kept back, and makes a broken stream look broken. */
export async function answerOfStream(
  { reply, request }: Forwarding,
  body: StreamedAnswer,
  end: ExchangeEnd<unknown>,
): Promise<AnswerRead> {
  const decoded = end.how === "whole" ? await body.finished() : body.discard();
  const broken = end.how !== "whole" || !decoded;
  // First, since the last event may only now be known to be whole.
  const rest = body.reader.rest();
  const reading = body.reader.reading();
  return {
    ended: endedAs(end.how, reading.complete),
    status: end.head?.status ?? 0,
    streamed: true,
    reading,
    made: objectsIn(request.dialect, request.route, { id: reading.objectId }),
    deliver: () => {
      if (!broken || reading.complete) return reply.end(rest);
      if (rest !== null && rest.length > 0) reply.write(rest);
      reply.destroy();
    },
  };
}

/** A stream that had its last event is whole however its connection ended, and one that had not is not. */
function endedAs(how: ExchangeEnd<unknown>["how"], complete: boolean): ProviderAnswer["ended"] {
  if (complete) return "whole";
  return how === "left" || how === "late" ? how : "cut";
}
