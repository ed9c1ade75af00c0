/** How Anthropic's models count text and images. */
import type { Tokenizer } from "../count-text.ts";
import type { ImageSize } from "../image-size.ts";

/** Claude's tokenizers are not published; the newest makes up to a third more tokens than those before it. */
export const TOKENIZER: Tokenizer = { latin: 1.4, scripts: 2.2, digit: 1 };

/** The system prompt that comes with tools (docs.anthropic.com, "Tool use", "Pricing": 313 to 530 tokens, and some room). */
export const TOOLS_TOKENS = 600;

const IMAGE_TOKENS_MOST = 4_800;

/** Width × height / 750 (docs.anthropic.com, "Vision"), cut into whole patches of 28, up to what the largest size makes. */
export function imageTokens(size: ImageSize | null): number {
  if (size === null) return IMAGE_TOKENS_MOST;
  return Math.min(IMAGE_TOKENS_MOST, 16 + ((size.width + 28) * (size.height + 28)) / 750);
}
