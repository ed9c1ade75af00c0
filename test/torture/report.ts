/** A run in words: one line a kill, a summary at its end, and the story of each violation. */
import type { Journal } from "./journal.ts";
import type { Kill } from "./kill-once.ts";
import type { TortureResult } from "./run-torture.ts";

export interface Counts {
  /** Gateway calls that were asked for. */
  readonly calls: number;
  /** Answers that came whole, holds and events that were acknowledged. */
  readonly acknowledged: number;
  readonly refused: number;
  readonly cut: number;
}

const VIOLATIONS_SHOWN = 20;

export function countsOf(journal: Journal): Counts {
  const calls = [...journal.calls.values()];
  const holds = [...journal.holds.values()];
  const tells = [...journal.tells.values()];
  const ended = (...kinds: string[]): number =>
    calls.filter(({ end }) => kinds.includes(end.kind)).length;
  const refusedHolds = holds.filter(({ end }) => end === "refused").length;
  return {
    calls: calls.length,
    acknowledged:
      ended("answered") +
      holds.filter(({ reservationId }) => reservationId !== null).length +
      tells.filter(({ acknowledged }) => acknowledged).length,
    refused: ended("refused") + refusedHolds,
    cut: ended("cut", "unavailable"),
  };
}

export function killLine(what: Kill | "audit", kills: number, journal: Journal): string {
  const { acknowledged, refused, cut } = countsOf(journal);
  const seen = `${acknowledged} acknowledged, ${refused} refused, ${cut} cut`;
  if (what === "audit") return `quiet: audit · ${seen}`;
  const { number, victim, afterMs, recoveredMs } = what;
  const back = recoveredMs === null ? "not waited for" : `back in ${Math.round(recoveredMs)} ms`;
  return `kill ${String(number).padStart(3)}/${kills}  ${victim.padEnd(8)} after ${String(afterMs).padStart(4)} ms, ${back} · ${seen}`;
}

export function summaryText(result: TortureResult): string {
  const { journal, kills, audits, seconds, folder } = result;
  const { calls, acknowledged, refused, cut } = countsOf(journal);
  const times = [...journal.recoveries].sort((one, other) => one - other);
  const at = (share: number): string =>
    times.length === 0 ? "–" : `${Math.round(times[Math.floor(share * (times.length - 1))] ?? 0)}`;
  const settled = [...journal.holds.values()].filter(({ end }) => end === "settled").length;
  const lines = [
    `${kills.length} kills and ${audits} audits in ${seconds.toFixed(0)} s (${(seconds / Math.max(1, kills.length)).toFixed(1)} s a kill)`,
    `${calls} calls, ${journal.arrivals.size} served by the provider, ${cut} cut short`,
    `${journal.holds.size} holds over HTTP, ${settled} settled; ${journal.tells.size} events told`,
    `${acknowledged} acknowledged, ${refused} refused, ${journal.unconfirmed} events unconfirmed`,
    `recovery: ${at(0.5)} ms median, ${at(0.99)} ms at the 99th percentile, ${at(1)} ms at most`,
  ];
  if (journal.violations.length === 0)
    return [...lines, "Nothing lost, nothing doubled."].join("\n");
  const shown = journal.violations.slice(0, VIOLATIONS_SHOWN);
  return [
    ...lines,
    "",
    `${journal.violations.length} VIOLATIONS; the data and the journal are kept in ${folder}:`,
    ...shown.map((violation) => `  - ${violation}`),
    "",
    "What happened around them:",
    ...journal.timeline.slice(-30).map((line) => `  ${line}`),
  ].join("\n");
}
