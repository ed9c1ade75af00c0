/** Builds the dashboard into files that the server gives out as they are. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
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
