// Before the first paint, so that a dark page does not flash white. Written by Mantine's colour scheme manager.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("purser-color-scheme") ?? "auto";
  } catch {
    // Storage may be switched off.
  }
  const isDark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();
