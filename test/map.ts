/** Prints the tree of the sources, each file with the sentence it opens with. */
import { openingSentence } from "./tidy/manners.ts";
import { sourceFiles } from "./tidy/source-files.ts";

const files = [...sourceFiles()].sort((one, other) => one.path.localeCompare(other.path));
let folder = "";
for (const { path, text } of files) {
  const at = path.lastIndexOf("/");
  if (path.slice(0, at) !== folder) {
    folder = path.slice(0, at);
    process.stdout.write(`\n${folder}/\n`);
  }
  process.stdout.write(`  ${path.slice(at + 1).padEnd(28)} ${openingSentence(text) ?? "?"}\n`);
}
