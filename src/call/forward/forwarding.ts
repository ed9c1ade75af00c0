/** What the forward step is given, and the part of its answer that depends on how the answer came. */
import type { CallReply, CallRequest, Estimate, ProviderAnswer, Reservation } from "../call.ts";

export interface Forwarding {
  readonly request: CallRequest;
  readonly reservation: Reservation;
  readonly estimated: Estimate;
  readonly reply: CallReply;
}

export type AnswerRead = Pick<
  ProviderAnswer,
  "ended" | "status" | "streamed" | "reading" | "made" | "deliver"
>;
