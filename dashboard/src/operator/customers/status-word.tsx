/** The state of a subscription in a word. */
import { type Tone, ToneWord } from "../../parts/tone-word.tsx";

const WORDS: Readonly<Record<string, string>> = {
  trialing: "On trial",
  active: "Active",
  past_due: "Payment missing",
  paused: "Paused",
  canceled: "Canceled",
  expired: "Expired",
};

/** Calls of one who is expired are refused: that is stopped. */
const TONES: Readonly<Record<string, Tone>> = {
  trialing: "fine",
  active: "fine",
  past_due: "close",
  expired: "stopped",
};

export function StatusWord({
  status,
  isErased = false,
}: {
  readonly status: string | null;
  readonly isErased?: boolean;
}) {
  const tone = isErased ? "quiet" : (TONES[status ?? ""] ?? "quiet");
  return <ToneWord tone={tone} words={isErased ? "Erased" : statusWords(status)} />;
}

/** null: on the default plan, without one. */
export function statusWords(status: string | null): string {
  return status === null ? "No subscription" : (WORDS[status] ?? status);
}
