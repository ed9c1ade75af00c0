/** A process that restores the one backup and the other in turns, until it is killed. */
import { instant } from "../../src/core/instant.ts";
import { restore } from "../../src/store/sqlite/restore.ts";

const [one = "", other = "", to = ""] = process.argv.slice(2);
for (let turn = 0; ; turn += 1) {
  await restore({ from: turn % 2 === 0 ? other : one, to, now: instant(Date.now()) });
  if (turn === 0) process.stdout.write("restored\n");
}
