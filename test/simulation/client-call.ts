/** One call that a simulated client makes: what it asks for, and all that became of it. */
import type { CallOutcome, CallRequest } from "../../src/call/call.ts";
import type { CallId, CustomerId, KeyId } from "../../src/core/ids.ts";
import { findRoute } from "../../src/providers/all.ts";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import type { Chance } from "./chance.ts";
import type { Owner } from "./scheduler.ts";
import { keyOf, MODELS, SERVICE_KEY } from "./world.ts";

/** How the provider treats a call. All but the last four bill what they did. */
export type Fate =
  | "answers"
  /** The connection breaks in the middle of the answer. */
  | "cuts"
  /** It did the work, and the answer never arrives. */
  | "silent"
  /** The answer does not say what was used. */
  | "unsaid"
  /** Busy at first, answers the second time. */
  | "busy"
  /** Nobody listens there. */
  | "closed"
  | "fails"
  | "refuses";

const FATES: readonly (readonly [Fate, number])[] = [
  ["answers", 58],
  ["cuts", 8],
  ["silent", 8],
  ["unsaid", 5],
  ["busy", 6],
  ["closed", 6],
  ["fails", 4],
  ["refuses", 5],
];

export interface ClientCall {
  readonly number: number;
  readonly customerId: CustomerId;
  readonly keyId: KeyId | null;
  readonly provider: "openai" | "anthropic";
  readonly kind: "whole" | "stream" | "background";
  readonly request: CallRequest;
  readonly fate: Fate;
  /** What it really uses, where nothing stops it; the output also obeys the limit that is sent. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The provider ignores the limit that is sent. */
  readonly disobeyed: boolean;
  /** The client hangs up after this; null: it waits. */
  readonly leavesAfterMs: number | null;
  /** The boot of the node that runs it. */
  owner: Owner | null;
  id: CallId | null;
  received: number;
  billed: { readonly input: number; readonly output: number } | null;
  /** The whole answer with its usage has been sent to the node. */
  answeredWhole: boolean;
  settleAskedAtMs: number | null;
  /** Its node has asked for its release. */
  isReleased: boolean;
  outcome: CallOutcome | { readonly kind: "failed"; readonly code: string } | null;
}

/** What an address is asked for; every request says in a field of its own which call it is. */
export function drawCall(
  chance: Chance,
  { customerId, number }: { customerId: CustomerId; number: number },
): ClientCall {
  const provider = chance.weigh([
    ["openai" as const, 3],
    ["anthropic" as const, 2],
  ]);
  const kind = chance.weigh<ClientCall["kind"]>([
    ["whole", 6],
    ["stream", 4],
    ["background", provider === "openai" ? 1 : 0],
  ]);
  const body = drawBody(chance, { provider, kind, number });
  return {
    number,
    customerId,
    keyId: drawKey(chance, customerId),
    provider,
    kind,
    request: requestOf(provider, kind, body),
    fate: chance.weigh(FATES),
    inputTokens: chance.weigh([
      [chance.between(1, 12), 15],
      [chance.between(20, 3_000), 1],
    ]),
    outputTokens: chance.weigh([
      [chance.between(0, 300), 4],
      [chance.between(0, 6_000), 3],
    ]),
    disobeyed: chance.percent(6),
    leavesAfterMs: chance.percent(8) ? chance.below(20_000) : null,
    owner: null,
    id: null,
    received: 0,
    billed: null,
    answeredWhole: false,
    settleAskedAtMs: null,
    isReleased: false,
    outcome: null,
  };
}

export function drawKey(chance: Chance, customerId: CustomerId): KeyId | null {
  return chance.weigh<KeyId | null>([
    [null, 4],
    [keyOf(customerId), 4],
    [SERVICE_KEY, 2],
  ]);
}

const WORDS = "measure what is used and refuse what would be too much ".split(" ");

function drawBody(
  chance: Chance,
  of: { provider: "openai" | "anthropic"; kind: ClientCall["kind"]; number: number },
): object {
  const { provider, kind, number } = of;
  const model =
    provider === "openai"
      ? chance.weigh([
          [MODELS.openai[0], 9],
          [MODELS.openai[1], 1],
        ])
      : MODELS.anthropic[0];
  const text = Array.from({ length: chance.between(1, 25) }, () => chance.pick(WORDS)).join(" ");
  const tokens = chance.weigh([
    [chance.between(1, 900), 3],
    [chance.between(1_000, 6_000), 4],
  ]);
  const mark = `call-${number}`;
  if (kind === "background")
    return { model, input: text, background: true, max_output_tokens: tokens, user: mark };
  const messages = [{ role: "user", content: text }];
  const stream = kind === "stream" ? { stream: true } : {};
  if (provider === "anthropic")
    return { model, max_tokens: tokens, messages, ...stream, metadata: { user_id: mark } };
  const limit = chance.percent(70) ? { max_completion_tokens: tokens } : {};
  return { model, messages, ...limit, ...stream, user: mark };
}

function requestOf(
  provider: "openai" | "anthropic",
  kind: ClientCall["kind"],
  body: object,
): CallRequest {
  const dialect = provider === "openai" ? openai : anthropic;
  const openaiPath = kind === "background" ? "/v1/responses" : "/v1/chat/completions";
  const path = provider === "openai" ? openaiPath : "/v1/messages";
  const route = findRoute(dialect, "POST", path);
  if (route === null) throw new Error(`${path} is not offered.`);
  return {
    dialect,
    route,
    path,
    query: new URLSearchParams(),
    credential: "a key",
    actsFor: null,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
    source: "gateway",
  };
}
