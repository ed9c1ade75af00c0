/** One colour for each provider, the same on every page, told apart by colour-blind eyes, in light and dark. */

/** Okabe and Ito's palette, made a little darker or lighter where the ground asks for it. Source: jfly.uni-koeln.de/color. */
const COLOURS = [
  { light: "#0072b2", dark: "#56a4dd" },
  { light: "#d55e00", dark: "#f08243" },
  { light: "#009e73", dark: "#3ac59c" },
  { light: "#b05c91", dark: "#dc9cc4" },
  { light: "#b38600", dark: "#e6b93c" },
  { light: "#3f93c4", dark: "#8fd0f5" },
  { light: "#5b5fc7", dark: "#a3a6f0" },
  { light: "#6b7280", dark: "#a3abb8" },
  { light: "#8a4b2d", dark: "#c98d6b" },
  { light: "#5f7a1f", dark: "#a9c25a" },
] as const;

const FIXED: Readonly<Record<string, number>> = {
  gemini: 0,
  openai: 2,
  anthropic: 1,
  mistral: 4,
  tavily: 5,
  serper: 6,
  exa: 3,
  firecrawl: 8,
  stability: 9,
};

/** For all other providers: none is red, and none is one of those above. */
const OTHERS = [
  { light: "#2f8f8a", dark: "#66cfc8" },
  { light: "#7a4fb5", dark: "#b795e8" },
  { light: "#7d7d1f", dark: "#cdcd6a" },
  { light: "#93377f", dark: "#d884c9" },
  { light: "#2b5fa8", dark: "#86b3ee" },
  { light: "#1d7a3e", dark: "#68c787" },
  { light: "#332288", dark: "#8d83ee" },
  { light: "#a06a45", dark: "#dbb190" },
  { light: "#006d8f", dark: "#52b5d6" },
  { light: "#5c5348", dark: "#b5ab9f" },
] as const;

const FIXED_OTHERS: readonly string[] = [
  "cohere",
  "xai",
  "deepseek",
  "openrouter",
  "vertex",
  "groq",
  "together",
  "cerebras",
  "azure",
  "bedrock",
];

/** As CSS, by the page's own scheme. */
export function providerColour(provider: string): string {
  const fixed = FIXED[provider];
  if (fixed !== undefined) return asCss(colourAt(fixed));
  const place = FIXED_OTHERS.indexOf(provider);
  return asCss(OTHERS[(place < 0 ? numberOf(provider) : place) % OTHERS.length] ?? OTHERS[0]);
}

/** For series that are not providers, e.g. keys or models: by their place. */
export function seriesColour(place: number): string {
  return asCss(colourAt(place));
}

function asCss({ light, dark }: { readonly light: string; readonly dark: string }): string {
  return `light-dark(${light}, ${dark})`;
}

function colourAt(place: number): (typeof COLOURS)[number] {
  return COLOURS[place % COLOURS.length] ?? COLOURS[0];
}

/** The same each time, and the same everywhere. */
function numberOf(name: string): number {
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
