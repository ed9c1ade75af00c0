/** How the dashboard looks: colours with a meaning, tabular figures, calm spaces. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const purser: MantineColorsTuple = [
  "#e7f6f0",
  "#cfe9de",
  "#9fd3bd",
  "#6bbb9a",
  "#42a87e",
  "#28986c",
  "#178a5f",
  "#0b6e4f",
  "#075c42",
  "#034933",
];

export const theme = createTheme({
  primaryColor: "purser",
  primaryShade: 7,
  autoContrast: true,
  colors: { purser },
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "650" },
});
