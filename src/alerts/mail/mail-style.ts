/** How mails look: inline for programs that know nothing else, and a sheet that darkens them for those that do. */
import type { CSSProperties } from "react";

/** Light and dark; every text on its ground has a contrast of 4.5 or more. */
const LIGHT = {
  ground: "#f3f5f7",
  card: "#ffffff",
  ink: "#1c2024",
  soft: "#56616c",
  line: "#dfe4e9",
  accent: "#0b6e4f",
  onAccent: "#ffffff",
} as const;

const DARK = {
  ground: "#14181d",
  card: "#1b2026",
  ink: "#e8eaed",
  soft: "#a3aeb9",
  line: "#323b45",
  accent: "#58d6a6",
  onAccent: "#0d1a15",
} as const;

type Tone = "info" | "warning" | "error";

/** Of the badge and the bar: `ground` below the word, `ink` the word, `fill` the bar. */
const TONES: Readonly<Record<Tone, { light: Readonly<ToneColours>; dark: Readonly<ToneColours> }>> =
  {
    info: {
      light: { ground: "#e3f1ec", ink: "#0b5a41", fill: "#0b6e4f" },
      dark: { ground: "#16382c", ink: "#8ce6c4", fill: "#58d6a6" },
    },
    warning: {
      light: { ground: "#fdf0d5", ink: "#7a4b00", fill: "#b86e00" },
      dark: { ground: "#3d2c0a", ink: "#f7cd7d", fill: "#e9a93a" },
    },
    error: {
      light: { ground: "#fde7e7", ink: "#8f1d1d", fill: "#c22f2f" },
      dark: { ground: "#431a1c", ink: "#ffb4b0", fill: "#f0716b" },
    },
  };

interface ToneColours {
  ground: string;
  ink: string;
  fill: string;
}

const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Helvetica, Arial, sans-serif";
const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

const WIDTH_PX = 560;

/** Programs that keep the sheet may differ in what they keep of it, so nothing but colours and space is in it. */
export function styleSheet(tone: Tone): string {
  const { dark } = TONES[tone];
  const colours = [
    ["ground", `background-color: ${DARK.ground}`],
    ["card", `background-color: ${DARK.card}; border-color: ${DARK.line}`],
    ["ink", `color: ${DARK.ink}`],
    ["soft", `color: ${DARK.soft}`],
    ["rule", `border-color: ${DARK.line}`],
    ["track", `background-color: ${DARK.line}`],
    ["accent", `color: ${DARK.accent}`],
    ["button", `background-color: ${DARK.accent}; color: ${DARK.onAccent}`],
    ["badge", `background-color: ${dark.ground}; color: ${dark.ink}`],
    ["fill", `background-color: ${dark.fill}`],
    ["code", `background-color: ${DARK.ground}; color: ${DARK.ink}`],
  ] as const;
  const darkened = colours.map(([name, says]) => `.${name} { ${important(says)} }`);
  return [
    `body { margin: 0; padding: 0; background-color: ${LIGHT.ground}; }`,
    ":root { color-scheme: light dark; supported-color-schemes: light dark; }",
    "@media (max-width: 480px) { .pad { padding: 20px 18px !important; } .edge { padding: 12px 8px !important; } }",
    `@media (prefers-color-scheme: dark) { ${darkened.join(" ")} }`,
  ].join("\n");
}

function important(says: string): string {
  return says
    .split("; ")
    .map((one) => `${one} !important;`)
    .join(" ");
}

const PLAIN = { margin: 0, fontFamily: FONT } as const;

/** The inline styles, light. */
export const STYLES = {
  edge: { padding: "28px 16px", backgroundColor: LIGHT.ground },
  container: { maxWidth: `${WIDTH_PX}px`, width: "100%", margin: "0 auto" },
  sender: {
    ...PLAIN,
    fontSize: "14px",
    lineHeight: "20px",
    fontWeight: 600,
    color: LIGHT.soft,
    padding: "0 4px 12px",
  },
  card: {
    backgroundColor: LIGHT.card,
    border: `1px solid ${LIGHT.line}`,
    borderRadius: "12px",
    borderCollapse: "separate",
  },
  pad: { padding: "28px 32px" },
  title: {
    ...PLAIN,
    fontSize: "22px",
    lineHeight: "29px",
    fontWeight: 650,
    color: LIGHT.ink,
    margin: "14px 0 0",
    letterSpacing: "-0.01em",
    overflowWrap: "anywhere",
  },
  text: {
    ...PLAIN,
    fontSize: "16px",
    lineHeight: "25px",
    color: LIGHT.ink,
    margin: "10px 0 0",
    overflowWrap: "anywhere",
  },
  heading: {
    ...PLAIN,
    fontSize: "14px",
    lineHeight: "20px",
    fontWeight: 650,
    color: LIGHT.soft,
    margin: "26px 0 0",
  },
  underHeading: { margin: "4px 0 0" },
  bar: { margin: "22px 0 0" },
  barWords: { ...PLAIN, fontSize: "14px", lineHeight: "20px", fontWeight: 600, color: LIGHT.ink },
  track: {
    backgroundColor: LIGHT.line,
    borderRadius: "6px",
    height: "12px",
    fontSize: 0,
    lineHeight: "12px",
    overflow: "hidden",
  },
  button: {
    fontFamily: FONT,
    fontSize: "16px",
    fontWeight: 600,
    color: LIGHT.onAccent,
    backgroundColor: LIGHT.accent,
    borderRadius: "8px",
    padding: "13px 22px",
    margin: "16px 0 0",
  },
  code: {
    fontFamily: MONO,
    fontSize: "14px",
    backgroundColor: LIGHT.ground,
    color: LIGHT.ink,
    borderRadius: "4px",
    padding: "2px 5px",
    overflowWrap: "anywhere",
  },
  unbroken: { whiteSpace: "nowrap" },
  figures: { margin: "26px 0 0", width: "100%", borderCollapse: "collapse" },
  label: {
    ...PLAIN,
    fontSize: "14px",
    lineHeight: "20px",
    fontWeight: 400,
    color: LIGHT.soft,
    textAlign: "left",
    verticalAlign: "top",
    padding: "9px 16px 9px 0",
    borderTop: `1px solid ${LIGHT.line}`,
    width: "38%",
  },
  value: {
    ...PLAIN,
    fontSize: "14px",
    lineHeight: "20px",
    color: LIGHT.ink,
    verticalAlign: "top",
    padding: "9px 0",
    borderTop: `1px solid ${LIGHT.line}`,
    overflowWrap: "anywhere",
  },
  footer: {
    ...PLAIN,
    fontSize: "13px",
    lineHeight: "20px",
    color: LIGHT.soft,
    margin: "0",
    padding: "14px 4px 0",
    overflowWrap: "anywhere",
  },
  link: { color: LIGHT.accent, textDecoration: "underline" },
} as const satisfies Readonly<Record<string, CSSProperties>>;

export function badgeStyle(tone: Tone): CSSProperties {
  const { ground, ink } = TONES[tone].light;
  return {
    fontFamily: FONT,
    display: "inline-block",
    fontSize: "13px",
    lineHeight: "18px",
    fontWeight: 650,
    borderRadius: "6px",
    padding: "3px 9px",
    backgroundColor: ground,
    color: ink,
  };
}

/** `percent` of the track, 0 to 100. */
export function fillStyle(tone: Tone, percent: number): CSSProperties {
  return {
    backgroundColor: TONES[tone].light.fill,
    width: `${percent}%`,
    height: "12px",
    borderRadius: "6px",
    fontSize: 0,
    lineHeight: "12px",
  };
}
