/** Prints the tree of the sources, each file with the sentence it opens with. */
import { basename, dirname } from "node:path";
import { openingSentence } from "./tidy/manners.ts";
import { sourceFiles } from "./tidy/source-files.ts";

const byFolder = Map.groupBy(sourceFiles(), ({ path }) => dirname(path));
for (const [folder, files] of [...byFolder].sort(([one], [other]) => one.localeCompare(other))) {
  process.stdout.write(`\n${folder}/\n`);
  for (const { path, text } of files) {
    process.stdout.write(`  ${basename(path).padEnd(26)} ${openingSentence(text) ?? "?"}\n`);
  }
}
