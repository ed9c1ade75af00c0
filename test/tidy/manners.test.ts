/** Shows that each check of manners finds what it looks for: a checker that finds nothing proves nothing. */
import { describe, expect, test } from "vitest";
import {
  emptyNames,
  impurities,
  machineTraces,
  tooLong,
  withoutOpeningSentence,
  wrongImports,
  wrongStepOrder,
} from "./manners.ts";

const file = (path: string, text: string) => ({ path, text });

describe("layering", () => {
  test("the core importing the ledger is found, however it is written", () => {
    for (const line of [
      'import { x } from "../ledger/ledger.ts";',
      'import type { X } from "../ledger/ledger.ts";',
      'import "../ledger/ledger.ts";',
      'const x = await import("../ledger/ledger.ts");',
      'export { x } from "../ledger/ledger.ts";',
      'new Worker(new URL("../ledger/ledger.ts", import.meta.url));',
    ]) {
      expect(wrongImports([file("src/core/a.ts", line)])).toEqual([
        "src/core/a.ts -> src/ledger/ledger.ts",
      ]);
    }
  });

  test("an import over several lines is found", () => {
    const text = 'import {\n  one,\n  two,\n} from "../../server/config.ts";\n';
    expect(wrongImports([file("src/call/deep/a.ts", text)])).toHaveLength(1);
  });

  test("imports inward, and within a folder, are fine", () => {
    const text = 'import { a } from "../core/money.ts";\nimport { b } from "./rules.ts";\n';
    expect(wrongImports([file("src/ledger/a.ts", text)])).toEqual([]);
  });

  test("a folder without a row is an error", () => {
    expect(wrongImports([file("src/sundry/a.ts", "")])).toHaveLength(1);
  });
});

describe("headers, size and names", () => {
  test("a file without an opening sentence is found", () => {
    const bad = [
      "",
      "const a = 1;\n",
      "/** no capital. */\n",
      "/** No full stop */\n",
      "// A comment.\n",
    ];
    const good = ["/** Holds money. */\n", "#!/usr/bin/env node\n/** Starts. */\n"];
    expect(bad.map((text) => withoutOpeningSentence([file("a.ts", text)]).length)).toEqual([
      1, 1, 1, 1, 1,
    ]);
    expect(good.map((text) => withoutOpeningSentence([file("a.ts", text)]).length)).toEqual([0, 0]);
  });

  test("300 lines are fine and 301 are not", () => {
    expect(tooLong([file("a.ts", "x\n".repeat(300))])).toEqual([]);
    expect(tooLong([file("a.ts", "x\n".repeat(301))])).toEqual(["a.ts"]);
  });

  test("empty words are found in folders, files and types, and not inside other words", () => {
    expect(emptyNames([file("src/utils/a.ts", "")])).toHaveLength(1);
    expect(emptyNames([file("src/core/money-helpers.ts", "")])).toHaveLength(1);
    expect(emptyNames([file("src/core/a.ts", "export interface PlanManager {}")])).toHaveLength(1);
    expect(emptyNames([file("src/store/database.ts", "type Database = 1;")])).toEqual([]);
  });
});

describe("purity", () => {
  test("each thing that the core must not touch is found", () => {
    for (const line of [
      "Date.now()",
      "new Date()",
      "Temporal.Now.instant()",
      "Math.random()",
      "process.env",
      'import { x } from "node:fs";',
      "setTimeout(x, 1)",
      "await fetch(url)",
    ]) {
      expect(impurities([file("src/core/a.ts", line)]), line).toHaveLength(1);
    }
  });

  test("words in a comment, given times, and other folders are fine", () => {
    const text = "/** Not Date.now(). */\n// nor Math.random()\nnew Date(at).toISOString();\n";
    expect(impurities([file("src/core/a.ts", text)])).toEqual([]);
    expect(impurities([file("src/server/clock.ts", "Date.now()")])).toEqual([]);
  });
});

describe("the order of the steps", () => {
  const inOrder = `import { a } from "./1-a.ts";\nimport { b } from "./2-b.ts";\nexport async function run() { a(); b(); }`;

  test("steps in order are fine", () => {
    expect(wrongStepOrder(file("r.ts", inOrder), 2)).toEqual([]);
  });

  test("steps taken out of order, left out, or never taken are found", () => {
    const swapped = inOrder.replace("a(); b();", "b(); a();");
    expect(wrongStepOrder(file("r.ts", swapped), 2)).not.toEqual([]);
    expect(wrongStepOrder(file("r.ts", inOrder), 3)).not.toEqual([]);
    expect(wrongStepOrder(file("r.ts", inOrder.replace("b();", "")), 2)).not.toEqual([]);
  });
});

test("paths of a machine and hosts of a registry are found", () => {
  const path = ["", "home", "ada", "purser", "a.ts"].join("/");
  const host = ["https:", "", "registry.example.com", "a.tgz"].join("/");
  expect(machineTraces([file("a.md", `see ${path}`), file("b.json", `"${host}"`)])).toHaveLength(2);
  expect(machineTraces([file("a.md", "see /api/subscription/usage and ./data")])).toEqual([]);
});
