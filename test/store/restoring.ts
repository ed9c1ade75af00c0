/** A process that restores the one backup and the other in turns, until it is killed; it watches that a database is there. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { instant } from "../../src/core/instant.ts";
import { restore } from "../../src/store/sqlite/restore.ts";

const [one = "", other = "", to = ""] = process.argv.slice(2);

/** A look between each two changes of the folder sees what a kill at that moment would leave. */
for (const name of ["renameSync", "rmSync", "linkSync", "copyFileSync"] as const) {
  const change: (...words: never[]) => void = fs[name];
  const watched = (...words: never[]): void => {
    change(...words);
    if (!fs.existsSync(to)) process.stdout.write(`missing after ${name}\n`);
  };
  Object.assign(fs, { [name]: watched });
}
syncBuiltinESMExports();

for (let turn = 0; ; turn += 1) {
  await restore({ from: turn % 2 === 0 ? other : one, to, now: instant(Date.now()) });
  process.stdout.write("restored\n");
}
