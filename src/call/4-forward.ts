/** Calls the provider with the operator's credential, and passes its answer on as it comes. */
import { performance } from "node:perf_hooks";
import type { AppError } from "../core/errors.ts";
import type { RequestEdits } from "../providers/dialect.ts";
import type { CallPorts, ProviderAnswer } from "./call.ts";
import { answerHeaders, headerText } from "./forward/answer-headers.ts";
import { type Attempted, attempt } from "./forward/attempts.ts";
import { answerOfBinary, BinaryAnswer } from "./forward/binary-answer.ts";
import { CallWatch } from "./forward/call-watch.ts";
import { encodingOf } from "./forward/decode-body.ts";
import type { AnswerHead, ExchangeEnd, Flow } from "./forward/exchange.ts";
import type { AnswerRead, Forwarding } from "./forward/forwarding.ts";
import { editedBody, sendingOf, unsentError, upstreamOf } from "./forward/sending.ts";
import { answerOfStream, StreamedAnswer } from "./forward/streamed-answer.ts";
import { answerOfWhole, WholeAnswer } from "./forward/whole-answer.ts";

/**
 * Never rejects. Until `deliver`, only a stream's own pieces reach the client. What failed before a byte was sent is
 * `unreachable`, with the reason in `failure`.
 */
export async function forward(call: Forwarding, ports: CallPorts): Promise<ProviderAnswer> {
  const startedAt = performance.now();
  const edits = editsOf(call);
  let watch: CallWatch | null = null;
  try {
    const upstream = upstreamOf(call.request, ports);
    const body = await editedBody(call.request, edits, ports);
    const sending = sendingOf(call.request, upstream, body);
    const { streamed } = call.estimated.facts;
    const watching = new CallWatch({ reply: call.reply, deadlines: upstream.deadlines, streamed });
    watch = watching;
    const attempted = await attempt(sending, watching, (head, flow) =>
      openAnswer({ call, edits, watch: watching }, head, flow),
    );
    return await answerOf(call, attempted, { startedAt, edits, ports });
  } catch (cause) {
    return unreachable({ startedAt, retryCount: 0, failure: unsentError(call.request, cause) });
  } finally {
    watch?.close();
  }
}

/** What must be changed in the request: the output limit that is held, and a stream's usage, if it must be asked for. */
function editsOf({ request, reservation, estimated }: Forwarding): RequestEdits {
  const { facts } = estimated;
  const { outputTokens } = reservation;
  const askUsage =
    facts.streamed && !facts.usageAsked && request.dialect.mustAskUsage(request.route);
  return {
    ...(outputTokens === undefined
      ? {}
      : { outputTokens: Math.max(1, Math.floor(outputTokens / facts.choices)) }),
    ...(askUsage ? { askUsage } : {}),
  };
}

type Answer = StreamedAnswer | BinaryAnswer | WholeAnswer;

/** The head has come: what takes the body. Of a stream, or a picture, the head goes on to the client at once. */
function openAnswer(
  opened: { call: Forwarding; edits: RequestEdits; watch: CallWatch },
  head: AnswerHead,
  flow: Flow,
): Answer {
  const { call, edits, watch } = opened;
  const { request, reply, estimated } = call;
  const contentEncoding = headerText(head.headers, "content-encoding");
  const start = (headers: Readonly<Record<string, string>>) =>
    reply.start({
      status: head.status,
      headers: {
        ...answerHeaders(head.headers, request.dialect),
        ...headers,
        ...purserHeaders(call, edits),
      },
    });
  if (isBinary(call, head)) {
    const contentLength = headerText(head.headers, "content-length");
    start({
      ...(contentEncoding === "" ? {} : { "content-encoding": contentEncoding }),
      ...(contentLength === "" ? {} : { "content-length": contentLength }),
    });
    return new BinaryAnswer({ reply, flow, watch });
  }
  if (!isStream(call, head)) return new WholeAnswer(flow);
  const encoding = encodingOf(contentEncoding);
  const reader = request.dialect.readStream(request.route, {
    stripUsage: edits.askUsage === true,
    query: request.query,
    facts: estimated.facts,
  });
  const unknownEncoding = encoding === null && contentEncoding !== "";
  start(unknownEncoding ? { "content-encoding": contentEncoding } : {});
  return new StreamedAnswer({ reader, reply, flow, watch, encoding });
}

/** Work that answers with a picture or a sound may also answer with it as base64 in JSON, as a stream, or with an error. */
function isBinary({ request }: Forwarding, head: AnswerHead): boolean {
  if (request.route.answer !== "binary" || head.status < 200 || head.status >= 300) return false;
  const contentType = headerText(head.headers, "content-type").toLowerCase();
  return !/^(application\/json|text\/event-stream)/.test(contentType);
}

/** Where a stream was asked for, only JSON and errors are none; but Gemini streams JSON when not asked for SSE. */
function isStream({ request, estimated }: Forwarding, head: AnswerHead): boolean {
  if (head.status >= 400) return false;
  const contentType = headerText(head.headers, "content-type").toLowerCase();
  if (contentType.startsWith("text/event-stream")) return true;
  if (!estimated.facts.streamed) return false;
  const isJson = contentType.startsWith("application/json");
  return !isJson || request.path.endsWith(":streamGenerateContent");
}

function purserHeaders(call: Forwarding, edits: RequestEdits): Record<string, string> {
  return {
    "x-purser-request-id": call.reservation.id,
    ...(call.reservation.outputCapped && edits.outputTokens !== undefined
      ? { "x-purser-output-capped": String(edits.outputTokens) }
      : {}),
  };
}

async function answerOf(
  call: Forwarding,
  { end, retryCount }: Attempted<Answer>,
  made: { startedAt: number; edits: RequestEdits; ports: CallPorts },
): Promise<ProviderAnswer> {
  const { startedAt, edits, ports } = made;
  if (end.how === "unsent") {
    return unreachable({ startedAt, retryCount, failure: unsentError(call.request, end.cause) });
  }
  const { body } = end;
  const read = await readAnswer(call, end, { headers: purserHeaders(call, edits), ports });
  const firstPieceAt = body === null || body instanceof WholeAnswer ? null : body.firstPieceAt;
  return {
    ...read,
    latencyMs: Math.round(performance.now() - startedAt),
    ...(firstPieceAt === null ? {} : { firstTokenMs: Math.round(firstPieceAt - startedAt) }),
    retryCount,
    billedAttempts: 0, // Only what was refused before any work is tried again (retry.ts).
  };
}

function readAnswer(
  call: Forwarding,
  end: ExchangeEnd<Answer>,
  given: { headers: Readonly<Record<string, string>>; ports: CallPorts },
): AnswerRead | Promise<AnswerRead> {
  const { body } = end;
  if (body instanceof StreamedAnswer) return answerOfStream(call, body, end);
  if (body instanceof BinaryAnswer) return answerOfBinary(call, { body, end }, given.ports);
  return answerOfWhole(call, { body, end, headers: given.headers }, given.ports);
}

function unreachable(failed: {
  startedAt: number;
  retryCount: number;
  failure: AppError;
}): ProviderAnswer {
  return {
    ended: "unreachable",
    status: 0,
    streamed: false,
    reading: null,
    made: [],
    latencyMs: Math.round(performance.now() - failed.startedAt),
    retryCount: failed.retryCount,
    billedAttempts: 0,
    failure: failed.failure,
    deliver: () => {},
  };
}
