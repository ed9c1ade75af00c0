/** An answer that is a picture or a sound: passed on as it comes, its last piece only once the call is settled. */
import { performance } from "node:perf_hooks";
import type { UsageReading } from "../../providers/dialect.ts";
import type { CallPorts, CallReply } from "../call.ts";
import type { CallWatch } from "./call-watch.ts";
import type { AnswerBody, ExchangeEnd, Flow } from "./exchange.ts";
import type { AnswerRead, Forwarding } from "./forwarding.ts";

export class BinaryAnswer implements AnswerBody {
  firstPieceAt: number | null = null;
  #kept: Uint8Array | null = null;
  #drainHeard: boolean = false;
  readonly #reply: CallReply;
  readonly #flow: Flow;
  readonly #watch: CallWatch;

  constructor(parts: { reply: CallReply; flow: Flow; watch: CallWatch }) {
    this.#reply = parts.reply;
    this.#flow = parts.flow;
    this.#watch = parts.watch;
  }

  piece(bytes: Uint8Array): void {
    this.firstPieceAt ??= performance.now();
    if (bytes.length === 0) return;
    const passed = this.#kept;
    this.#kept = bytes;
    if (passed !== null && !this.#reply.write(passed)) this.#pause();
  }

  /** `whole` false: it broke off, and must look like it. */
  end(whole: boolean): void {
    if (whole) {
      this.#reply.end(this.#kept);
    } else {
      if (this.#kept !== null) this.#reply.write(this.#kept);
      this.#reply.destroy();
    }
  }

  #pause(): void {
    this.#flow.pause();
    this.#watch.pause(true);
    if (this.#drainHeard) return;
    this.#drainHeard = true;
    this.#reply.onDrain(() => {
      this.#watch.pause(false);
      this.#flow.resume();
    });
  }
}

/** Its pieces are with the client already, all but the last. The bytes say nothing of usage: the request does. */
export function answerOfBinary(
  call: Forwarding,
  got: { body: BinaryAnswer; end: ExchangeEnd<unknown> },
  ports: Pick<CallPorts, "fault">,
): AnswerRead {
  const { body, end } = got;
  const whole = end.how === "whole";
  return {
    ended: whole || end.how === "left" || end.how === "late" ? end.how : "cut",
    status: end.head?.status ?? 0,
    streamed: false,
    reading: readBinary(call, ports),
    made: [],
    deliver: () => body.end(whole),
  };
}

function readBinary(
  { request, estimated }: Forwarding,
  ports: Pick<CallPorts, "fault">,
): UsageReading | null {
  try {
    return request.dialect.readUsage(request.route, null, estimated.facts);
  } catch (cause) {
    // The call was made and must be settled, if only by our own estimate.
    ports.fault(cause, "reading an answer");
    return null;
  }
}
