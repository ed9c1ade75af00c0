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

/** As CSS, by the page's own scheme. */
export function providerColour(provider: string): string {
  const { light, dark } = colourAt(FIXED[provider] ?? numberOf(provider));
  return `light-dark(${light}, ${dark})`;
}

/** For series that are not providers, e.g. keys or models: by their place. */
export function seriesColour(place: number): string {
  const { light, dark } = colourAt(place);
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
