/** Reads the files that the manners of this repository are checked on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = new Set(["node_modules", "dist", "data", "coverage", ".git"]);
const IS_TEXT =
  /\.(ts|tsx|js|mjs|json|jsonl|md|yaml|yml|svg|html|css|sql|sh)$|^(Dockerfile|LICENSE|run|\.[a-z.]+)$/;

/** The program's own TypeScript. */
export function sourceFiles(): readonly SourceFile[] {
  return filesUnder("src").filter(({ path }) => path.endsWith(".ts"));
}

/** Every text file of the repository, but what Git ignores. */
export function repositoryFiles(): readonly SourceFile[] {
  return filesUnder(".");
}

function filesUnder(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = folder === "." ? entry.name : join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    // A developer's own settings are ignored by Git, and may name anything.
    if (!IS_TEXT.test(entry.name) || entry.name === ".env") return [];
    return [{ path, text: readFileSync(path, "utf8") }];
  });
}
