/** Forwards what is neither held nor metered, such as a list of models. */
import { AppError } from "../../core/errors.ts";
import type { CallPorts, CallReply, CallRequest } from "../call.ts";
import { answerHeaders, headerText } from "./answer-headers.ts";
import { attempt } from "./attempts.ts";
import { BinaryAnswer } from "./binary-answer.ts";
import { CallWatch } from "./call-watch.ts";
import type { AnswerHead } from "./exchange.ts";
import { sendingOf, unsentError, upstreamOf } from "./sending.ts";
import { brokenWords, ownAddresses, WholeAnswer } from "./whole-answer.ts";

/**
 * `beforeReply` gets the status and the whole body, and the client waits for it. Throws `provider_failed` or
 * `provider_timeout`; nothing has been sent to the client then.
 */
export async function forwardFree(
  call: {
    request: CallRequest;
    reply: CallReply;
    requestId: string;
    beforeReply: (answer: { status: number; bytes: Buffer }) => Promise<void>;
  },
  ports: Pick<CallPorts, "upstream">,
): Promise<void> {
  const { request, reply } = call;
  const upstream = upstreamOf(request, ports);
  const watch = new CallWatch({ reply, deadlines: upstream.deadlines, streamed: false });
  try {
    const sending = sendingOf(request, upstream, request.body);
    const { end } = await attempt(sending, watch, (head, flow) => {
      const isBinary = request.route.answer === "binary" && head.status < 300;
      if (!isBinary) return new WholeAnswer(flow);
      const encoding = headerText(head.headers, "content-encoding");
      const encoded = encoding === "" ? {} : { "content-encoding": encoding };
      reply.start({ status: head.status, headers: { ...headersOf(head, call), ...encoded } });
      return new BinaryAnswer({ reply, flow, watch });
    });
    if (end.how === "unsent") throw unsentError(request, end.cause);
    if (end.how !== "whole" || end.head === null || end.body === null) {
      const { code, message } = brokenWords(request.dialect.title, end);
      throw new AppError(code, message, {}, { cause: end.cause });
    }
    if (end.body instanceof BinaryAnswer) {
      end.body.end(true);
      return;
    }
    const { bytes: came, encoding } = await end.body.decoded(end.head);
    const bytes = encoding === "" ? ownAddresses(came, request) : came;
    await call.beforeReply({ status: end.head.status, bytes });
    reply.start({
      status: end.head.status,
      headers: {
        ...headersOf(end.head, call),
        ...(encoding === "" ? {} : { "content-encoding": encoding }),
        "content-length": String(bytes.length),
      },
    });
    reply.end(bytes);
  } finally {
    watch.close();
  }
}

function headersOf(
  { headers }: AnswerHead,
  { request, requestId }: { request: CallRequest; requestId: string },
): Record<string, string> {
  return { ...answerHeaders(headers, request.dialect), "x-purser-request-id": requestId };
}
