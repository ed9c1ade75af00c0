/** Builds the dashboard into files that the server gives out as they are. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The same files whatever NODE_ENV says, in the tests too.
  mode: "production",
  define: { "process.env.NODE_ENV": '"production"' },
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
