/** Shows how far a long work is, in one line that is written over; to a person at a terminal only. */

/** Empty words wipe the line. */
export function showOver(words: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${words}`);
}
