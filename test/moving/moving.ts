/** A process that moves, says how far it is, and is killed on the way. */
import { move } from "../../src/moving/move.ts";

const [from = "", to = ""] = process.argv.slice(2);
const moved = await move({
  from,
  to,
  nowText: () => new Date().toISOString(),
  onProgress: (progress) => {
    if (progress.kind !== "comparing") process.stdout.write(`${progress.rows}\n`);
  },
});
process.stdout.write(`${moved.kind}\n`);
