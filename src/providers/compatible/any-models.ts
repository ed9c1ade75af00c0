/** What is taken of models that nobody knows: the most of everything. */
import type { ModelFacts } from "../openai/models.ts";

/** Patches of 14 pixels over the largest picture that open models take. */
const IMAGE_TOKENS_MOST = 16_384;
/** As much as the largest context windows leave to write; a provider refuses a limit that its model has not. */
const OUTPUT_TOKENS_MOST = 131_072;

export const ANY_MODELS: ModelFacts = {
  // The worst of the tokenizers in use.
  tokenizerOf: () => ({ latin: 1.4, scripts: 2.3, digit: 1 }),
  imageTokens: () => IMAGE_TOKENS_MOST,
  outputMost: () => OUTPUT_TOKENS_MOST,
  isReasoningModel: (model) =>
    /(?:^|[/-])(?:r1|o\d|reasoner|thinking|reasoning|gpt-oss|qwq)/.test(model) ||
    /grok-(?:[4-9]|3-mini)|glm-[4-9]/.test(model),
};
