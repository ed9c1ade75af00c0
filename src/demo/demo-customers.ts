/** Who is in the demo: one customer on each plan, and the calls that each of them makes. */
import {
  anthropicMessage,
  geminiContent,
  mistralChat,
  openaiChat,
  openaiEmbedding,
  openaiResponse,
  type SampleCall,
} from "./sample-calls.ts";

export interface DemoCustomer {
  readonly userId: string;
  readonly plan: string;
  /** Made several at a time. */
  readonly calls: readonly SampleCall[];
  /** Made when those have ended, one after the other. */
  readonly callsAfter?: readonly SampleCall[];
}

/** All that Basic has in a period: the calls after them show what a refusal looks like. */
const ANTHROPIC_CALLS_OF_BASIC = 200;

export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [
  {
    userId: "demo-fay",
    plan: "free",
    calls: [
      ...times(10, (turn) => geminiContent("gemini-2.5-flash", turn, turn % 2 === 1)),
      ...times(6, (turn) => mistralChat("mistral-small-latest", turn, turn % 2 === 1)),
    ],
  },
  {
    userId: "demo-ben",
    plan: "basic",
    calls: [
      ...times(8, (turn) => openaiChat("gpt-4o-mini", turn, turn % 2 === 1)),
      ...times(ANTHROPIC_CALLS_OF_BASIC, (turn) => anthropicMessage("claude-haiku-4-5", turn)),
    ],
    callsAfter: times(4, (turn) => anthropicMessage("claude-haiku-4-5", turn, turn % 2 === 1)),
  },
  {
    userId: "demo-pia",
    plan: "pro",
    calls: [
      ...times(12, (turn) => openaiChat("gpt-4o", turn, turn % 2 === 0)),
      ...times(6, (turn) => openaiResponse("gpt-5", turn)),
      ...times(8, (turn) => anthropicMessage("claude-sonnet-5", turn, turn % 2 === 0)),
      ...times(10, (turn) => geminiContent("gemini-2.5-pro", turn, turn % 2 === 0)),
    ],
  },
  {
    userId: "demo-eve",
    plan: "enterprise",
    calls: [
      ...times(15, (turn) => openaiEmbedding(turn)),
      ...times(10, (turn) => anthropicMessage("claude-opus-5", turn, true)),
      ...times(10, (turn) => geminiContent("gemini-2.5-flash", turn, true)),
      ...times(8, (turn) => mistralChat("mistral-large-latest", turn)),
    ],
  },
];

export function callsOf({ calls, callsAfter = [] }: DemoCustomer): number {
  return calls.length + callsAfter.length;
}

function times(count: number, make: (turn: number) => SampleCall): readonly SampleCall[] {
  return Array.from({ length: count }, (_, turn) => make(turn));
}
