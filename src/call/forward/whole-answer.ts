/** An answer that is not a stream: collected, read once, and sent when its call is settled. */
import type { ErrorCode } from "../../core/errors.ts";
import { usdText } from "../../core/money.ts";
import type { UsageReading } from "../../providers/dialect.ts";
import type { CallPorts, CallRequest } from "../call.ts";
import { objectsIn } from "../owned-objects.ts";
import { answerHeaders, headerText } from "./answer-headers.ts";
import { decodeWhole, encodingOf } from "./decode-body.ts";
import type { AnswerBody, AnswerHead, ExchangeEnd, Flow } from "./exchange.ts";
import type { AnswerRead, Forwarding } from "./forwarding.ts";
import { providerWords } from "./provider-words.ts";

const WHOLE_ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export class WholeAnswer implements AnswerBody {
  readonly #pieces: Uint8Array[] = [];
  readonly #flow: Flow;
  #bytes = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  piece(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > WHOLE_ANSWER_BYTES_MAX) {
      this.#pieces.length = 0;
      this.#flow.abort(new Error(`The answer is over ${WHOLE_ANSWER_BYTES_MAX} bytes.`));
      return;
    }
    this.#pieces.push(bytes);
  }

  /** The body as the provider meant it. `encoding` is left where it could not be undone. */
  async decoded(head: AnswerHead): Promise<{ bytes: Buffer; encoding: string }> {
    const only = this.#pieces.length === 1 ? this.#pieces[0] : undefined;
    const bytes = only instanceof Buffer ? only : Buffer.concat(this.#pieces);
    const encoding = headerText(head.headers, "content-encoding");
    const known = encodingOf(encoding);
    if (known === null) return { bytes, encoding: encoding === "identity" ? "" : encoding };
    try {
      return { bytes: await decodeWhole(bytes, known, WHOLE_ANSWER_BYTES_MAX), encoding: "" };
    } catch {
      // Not what its header says: the client gets what the provider sent, and the usage is our estimate.
      return { bytes, encoding };
    }
  }
}

/** `body` is null where no head came. Nothing has been sent to the client yet; `deliver` sends it all. */
export async function answerOfWhole(
  call: Forwarding,
  got: {
    body: WholeAnswer | null;
    end: ExchangeEnd<unknown>;
    headers: Readonly<Record<string, string>>;
  },
  ports: Pick<CallPorts, "fault">,
): Promise<AnswerRead> {
  const { end, body } = got;
  if (end.how !== "whole" || end.head === null || body === null) return brokenAnswer(call, end);
  const { head } = end;
  const { dialect } = call.request;
  const { bytes: came, encoding } = await body.decoded(head);
  const bytes = encoding === "" ? ownAddresses(came, call.request) : came;
  const json = encoding === "" ? parsed(bytes) : undefined;
  const isError = head.status >= 400;
  const reading = json === undefined ? null : readWhole({ json, isError }, call, ports);
  return {
    ended: "whole",
    status: head.status,
    streamed: false,
    reading,
    made: isError ? [] : objectsIn(dialect, call.request.route, json),
    deliver: ({ charge }) => {
      const headers = Object.assign(answerHeaders(head.headers, dialect), got.headers);
      if (encoding !== "") headers["content-encoding"] = encoding;
      headers["content-length"] = String(bytes.length);
      if (charge !== null) headers["x-purser-cost-usd"] = usdText(charge.cost);
      call.reply.start({ status: head.status, headers });
      call.reply.end(bytes);
    },
  };
}

/** An answer about deferred work may name the provider's own address for the next question. */
export function ownAddresses(bytes: Buffer, { dialect, route }: CallRequest): Buffer {
  if (route.deferred === undefined || dialect.editAnswer === undefined) return bytes;
  return Buffer.from(dialect.editAnswer(bytes.toString("utf8")));
}

/** undefined: it is no JSON, so it says nothing of what it used. */
export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function readWhole(
  { json, isError }: { json: unknown; isError: boolean },
  { request: { dialect, route }, estimated }: Forwarding,
  ports: Pick<CallPorts, "fault">,
): UsageReading | null {
  try {
    // An error used none of what was asked for.
    return dialect.readUsage(route, json, isError ? undefined : estimated.facts);
  } catch (cause) {
    // The call was made and must be settled, if only by our own estimate.
    ports.fault(cause, "reading an answer");
    return null;
  }
}

function brokenAnswer(call: Forwarding, end: ExchangeEnd<unknown>): AnswerRead {
  const { reply, request, reservation } = call;
  return {
    ended: end.how === "left" || end.how === "late" ? end.how : "cut",
    status: end.head?.status ?? 0,
    streamed: false,
    reading: null,
    made: [],
    deliver: () => {
      const { status, headers, body } = providerWords({
        dialect: request.dialect,
        requestId: reservation.id,
        ...brokenWords(request.dialect.title, end),
      });
      reply.start({ status, headers });
      reply.end(body);
    },
  };
}

/** Why an answer that was asked for did not come whole, as an error of ours. */
export function brokenWords(
  title: string,
  end: ExchangeEnd<unknown>,
): { code: ErrorCode; message: string } {
  if (end.how === "late") {
    return { code: "provider_timeout", message: `${title} did not answer in time.` };
  }
  return {
    code: "provider_failed",
    message: `${title} broke the connection before it had answered.`,
  };
}
