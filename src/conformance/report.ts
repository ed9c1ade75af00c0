/** Writes the report: a row for each recording, and what they come to. */
import { nanoUsd, parseUsd, usdText } from "../core/money.ts";
import type { Row, Verdict } from "./run-recording.ts";

export interface Summary {
  readonly recordings: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** How many say their usage, and how many of those are metered to the last word. */
  readonly withUsage: number;
  readonly meteredToLastWord: number;
  readonly warnings: number;
  /** Dollars as exact decimal text. */
  readonly cost: string;
  readonly ok: boolean;
}

export function summaryOf(rows: readonly Row[]): Summary {
  const verdicts = { metered: 0, silent: 0, mismatch: 0, unread: 0, failed: 0 };
  for (const { verdict } of rows) verdicts[verdict] += 1;
  const cost = rows.reduce((sum, row) => sum + signedUsd(row.cost), 0n);
  return {
    recordings: rows.length,
    verdicts,
    withUsage: rows.filter(({ saysUsage }) => saysUsage).length,
    meteredToLastWord: verdicts.metered,
    warnings: rows.reduce((sum, { warnings }) => sum + warnings.length, 0),
    cost: usdText(nanoUsd(cost)),
    ok: rows.length > 0 && rows.every(isGood),
  };
}

/** An answer that says its usage must be metered to it; what says none only must not break anything. */
function isGood({ verdict, saysUsage }: Row): boolean {
  return verdict === "metered" || (!saysUsage && verdict !== "failed" && verdict !== "mismatch");
}

function signedUsd(text: string): bigint {
  return text.startsWith("-") ? -parseUsd(text.slice(1), "cost") : parseUsd(text, "cost");
}

export function rowText(row: Row): string {
  const buckets = Object.entries(row.usage).map(([bucket, quantity]) => `${bucket}=${quantity}`);
  const tokens = `${row.inputTokens} in, ${row.outputTokens} out`;
  const priced = row.priceRows.length === 0 ? "no price row" : row.priceRows.join(", ");
  const read = row.dialect === undefined ? [] : [`${row.dialect} ${row.operation} ${row.model}`];
  return [
    `${row.verdict.padEnd(8)} ${row.file}`,
    ...read.map((words) => `         ${words}`),
    ...(row.dialect === undefined
      ? []
      : [`         ${[...buckets, tokens].join(" · ")} · $${row.cost} · ${priced}`]),
    ...(row.reason === undefined ? [] : [`         ! ${row.reason}`]),
    ...row.warnings.map((words) => `         ~ ${words}`),
  ].join("\n");
}

export function summaryText(summary: Summary): string {
  const { verdicts, recordings, withUsage, meteredToLastWord } = summary;
  const counted = Object.entries(verdicts).filter(([, count]) => count > 0);
  return [
    `${recordings} recordings: ${counted.map(([verdict, count]) => `${count} ${verdict}`).join(", ")}.`,
    `${withUsage} say their usage; ${meteredToLastWord} of them are metered to the provider's last word.`,
    `Together $${summary.cost}; ${summary.warnings} warnings.`,
  ].join("\n");
}

/** One JSON document, with numbers as numbers and dollars as decimal text. */
export function reportJson(
  rows: readonly Row[],
  summary: Summary,
  run: { seed: number; at: string; served: boolean },
): string {
  const shown = rows.map((row) => ({
    file: row.file,
    provider: row.provider,
    dialect: row.dialect,
    operation: row.operation,
    model: row.model,
    verdict: row.verdict,
    reason: row.reason,
    says_usage: row.saysUsage,
    buckets: row.usage,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    total_tokens: row.inputTokens + row.outputTokens,
    cost: row.cost,
    stated_cost: row.statedCost,
    price_rows: row.priceRows,
    warnings: row.warnings,
  }));
  const { withUsage, meteredToLastWord, ...counts } = summary;
  const totals = { ...counts, with_usage: withUsage, metered_to_last_word: meteredToLastWord };
  return JSON.stringify({ ...run, recordings: shown, summary: totals }, null, 2);
}
