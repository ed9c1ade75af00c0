/** What is printed of a broken promise: its seed, the shortest prefix, the last steps, and how to see it again. */
import type { RunResult } from "./run.ts";

const STEPS_SHOWN = 20;

export function reportOf(result: RunResult): string {
  const { seed, actions, violation, story } = result;
  if (violation === null) return `seed ${seed}: nothing is broken in its first ${actions} actions`;
  return [
    `BROKEN PROMISE  seed ${seed}, shortest prefix ${actions}`,
    `  promise  ${violation.promise}`,
    `  found    ${violation.detail}`,
    `  the last steps, of ${story.length}:`,
    ...story.slice(-STEPS_SHOWN).map((step) => `    ${step}`),
    `  again:   npm run simulate -- --seed ${seed} --prefix ${actions}`,
  ].join("\n");
}
