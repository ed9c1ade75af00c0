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
  readonly calls: readonly SampleCall[];
}

/** Basic has 200 Anthropic calls a period; a few more than that shows what a refusal looks like. */
const ANTHROPIC_CALLS_TOO_MANY = 204;

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
      ...times(ANTHROPIC_CALLS_TOO_MANY, (turn) => anthropicMessage("claude-haiku-4-5", turn)),
    ],
  },
  {
    userId: "demo-pia",
    plan: "pro",
    calls: [
      ...times(12, (turn) => openaiChat("gpt-4o", turn, turn % 2 === 0)),
      ...times(6, (turn) => openaiResponse("gpt-5", turn)),
      ...times(8, (turn) => anthropicMessage("claude-sonnet-4-5", turn, turn % 2 === 0)),
      ...times(10, (turn) => geminiContent("gemini-2.5-pro", turn, turn % 2 === 0)),
    ],
  },
  {
    userId: "demo-eve",
    plan: "enterprise",
    calls: [
      ...times(15, (turn) => openaiEmbedding(turn)),
      ...times(10, (turn) => anthropicMessage("claude-opus-4-1", turn, true)),
      ...times(10, (turn) => geminiContent("gemini-2.5-flash", turn, true)),
      ...times(8, (turn) => mistralChat("mistral-large-latest", turn)),
    ],
  },
];

function times(count: number, make: (turn: number) => SampleCall): readonly SampleCall[] {
  return Array.from({ length: count }, (_, turn) => make(turn));
}
