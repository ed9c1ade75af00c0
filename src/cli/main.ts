#!/usr/bin/env node
/** The command `purser`: looks at the Node it runs on, then hands over to the program. */
import { enableCompileCache } from "node:module";

const OLDEST_NODE = 24;

// Everything else is imported only after this: on an older Node it would fail with words that help nobody.
if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error(
    `purser: it needs Node ${OLDEST_NODE} or later; this is Node ${process.versions.node}.`,
  );
  console.error(
    "  → Run it as `npm run -s purser -- <command>`, which brings its own Node, or install Node 24.",
  );
  process.exitCode = 1;
} else {
  // Stripping types again at every command would be half of its time.
  enableCompileCache();
  const { runProgram } = await import("./program.ts");
  process.exitCode = await runProgram(process.argv.slice(2));
}
