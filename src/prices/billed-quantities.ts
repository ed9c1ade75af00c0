/** What providers bill of a quantity in each request, where that is not the quantity itself. */
import type { Billed } from "../core/pricing/price.ts";
import { BEFORE_GEMINI_3 } from "./own-fees.ts";

const RULES: readonly {
  readonly provider: string;
  readonly models: RegExp;
  readonly billed: Billed;
  readonly source: string;
}[] = [
  {
    provider: "groq",
    models: /^whisper/,
    billed: { seconds: { atLeast: 10 } },
    // Also said by the catalogue's own README.
    source: "https://console.groq.com/docs/speech-to-text: a minimum of 10 seconds a request",
  },
  {
    provider: "gemini",
    models: BEFORE_GEMINI_3,
    billed: { web_searches: { atMost: 1 } },
    source:
      "https://ai.google.dev/gemini-api/docs/google-search: before Gemini 3 a grounded prompt is one fee, however many queries",
  },
];

/** undefined: the quantities are billed as they are. */
export function billedOf(provider: string, model: string): Billed | undefined {
  return RULES.find((rule) => rule.provider === provider && rule.models.test(model))?.billed;
}
