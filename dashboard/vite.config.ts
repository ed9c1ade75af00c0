/** Builds the dashboard into files that the server gives out as they are. */
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { compressFiles } from "./compress-files.ts";

/** Once the files are written. */
const compress: Plugin = {
  name: "purser:compress",
  apply: "build",
  writeBundle: ({ dir }) => (dir === undefined ? undefined : compressFiles(dir)),
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compress],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Browsers that know light-dark() themselves: what stands in for it needs a color-scheme in the same file.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // The policy lets nothing inline run.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    // `npm run dashboard` beside a running Purser.
    proxy: { "/api": "http://127.0.0.1:8787" },
  },
});
