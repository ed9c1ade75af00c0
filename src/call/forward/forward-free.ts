/** Forwards what is neither held nor metered, such as a list of models. */
import { AppError } from "../../core/errors.ts";
import type { CallPorts, CallReply, CallRequest } from "../call.ts";
import { answerHeaders } from "./answer-headers.ts";
import { attempt } from "./attempts.ts";
import { CallWatch } from "./call-watch.ts";
import { sendingOf, unsentError, upstreamOf } from "./sending.ts";
import { brokenWords, WholeAnswer } from "./whole-answer.ts";

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
  const { request, reply, requestId } = call;
  const upstream = upstreamOf(request, ports);
  const watch = new CallWatch({ reply, deadlines: upstream.deadlines, streamed: false });
  try {
    const sending = sendingOf(request, upstream, request.body);
    const { end } = await attempt(sending, watch, (_head, flow) => new WholeAnswer(flow));
    if (end.how === "unsent") throw unsentError(request, end.cause);
    if (end.how !== "whole" || end.head === null || end.body === null) {
      const { code, message } = brokenWords(request.dialect.title, end);
      throw new AppError(code, message, {}, { cause: end.cause });
    }
    const { bytes, encoding } = await end.body.decoded(end.head);
    await call.beforeReply({ status: end.head.status, bytes });
    reply.start({
      status: end.head.status,
      headers: {
        ...answerHeaders(end.head.headers, request.dialect),
        ...(encoding === "" ? {} : { "content-encoding": encoding }),
        "content-length": String(bytes.length),
        "x-purser-request-id": requestId,
      },
    });
    reply.end(bytes);
  } finally {
    watch.close();
  }
}
