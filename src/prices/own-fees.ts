/** What providers charge beside a model's tokens, for the models whose own rows do not say. */
import { parseInstant } from "../core/instant.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import { FEES_MODEL } from "../core/pricing/price-json.ts";
import { rateFromText } from "../core/pricing/rate-text.ts";
import type { Bucket } from "../core/usage.ts";

/** A fee, and the models it is for. */
export interface Fee {
  readonly row: PriceRow;
  readonly isFor: (model: string) => boolean;
}

/** Gemini's models before 3, as the catalogue names them. */
export const BEFORE_GEMINI_3 = /^gemini-(?:pro$|pro-|flash-1|live-2|1\.|2\.)/;

/** Append only: a new fee is a new entry with a later `from`. */
const FEES: readonly {
  readonly provider: string;
  readonly name: string;
  readonly models: RegExp;
  readonly from: string;
  readonly bucket: Bucket;
  /** US dollars for one. */
  readonly dollars: string;
  readonly source: string;
  readonly description: string;
}[] = [
  {
    provider: "openai",
    name: "web-search",
    models: /./,
    from: "2025-01-01",
    bucket: "web_searches",
    dollars: "0.01",
    source:
      "https://developers.openai.com/api/docs/pricing (as in the catalogue for the main models)",
    description: "A web search call",
  },
  {
    provider: "openai",
    name: "file-search",
    models: /./,
    from: "2025-01-01",
    bucket: "file_searches",
    dollars: "0.0025",
    source:
      "https://developers.openai.com/api/docs/pricing (as in the catalogue for the main models)",
    description: "A file search call",
  },
  {
    provider: "openai",
    name: "code-session",
    models: /./,
    from: "2025-01-01",
    bucket: "code_sessions",
    dollars: "0.03",
    source: "https://developers.openai.com/api/docs/pricing (unchecked)",
    description: "A code interpreter container of 1 GB",
  },
  {
    provider: "anthropic",
    name: "web-search",
    models: /./,
    from: "2025-01-01",
    bucket: "web_searches",
    dollars: "0.01",
    source: "https://platform.claude.com/docs/en/about-claude/pricing (as in the catalogue)",
    description: "A web search",
  },
  {
    provider: "gemini",
    name: "grounding-by-prompt",
    models: BEFORE_GEMINI_3,
    from: "2024-10-31",
    bucket: "web_searches",
    dollars: "0.035",
    source:
      "https://ai.google.dev/gemini-api/docs/pricing (read at second hand; the free allowance is not counted)",
    description: "Grounding with Google Search before Gemini 3: a grounded prompt",
  },
  {
    provider: "gemini",
    name: "grounding-by-query",
    models: new RegExp(`^(?!${BEFORE_GEMINI_3.source.slice(1)})`),
    from: "2025-11-18",
    bucket: "web_searches",
    dollars: "0.014",
    source:
      "https://ai.google.dev/gemini-api/docs/pricing (read at second hand; the free allowance is not counted)",
    description: "Grounding with Google Search from Gemini 3 on: a search query",
  },
];

/** The latest first. */
export function ownFees(): Fee[] {
  const fees: Fee[] = FEES.map(
    ({ provider, name, models, from, bucket, dollars, source, description }) => ({
      row: {
        id: `own:${provider}:${name}:${from}`,
        origin: "own",
        provider,
        model: FEES_MODEL,
        from: parseInstant(`${from}T00:00:00Z`, "from"),
        rates: { [bucket]: { base: rateFromText(dollars, 1), tiers: [] } },
        source,
        description,
      },
      isFor: (model) => models.test(model),
    }),
  );
  return fees.sort((one, other) => other.row.from - one.row.from);
}
