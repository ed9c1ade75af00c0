/** Runs one recording through the meter and says how it went, as a row of the report. */

import { parseUsd, usdText } from "../core/money.ts";
import { statedCostProblem } from "../core/pricing/stated-cost.ts";
import type { Usage } from "../core/usage.ts";
import type { JsonObject } from "../providers/read-json.ts";
import { findDialect, type Placed } from "./find-dialect.ts";
import { brokeOff, disagreements, tokensOf } from "./judge.ts";
import { lastWordOf } from "./last-word.ts";
import { makeRequest } from "./make-request.ts";
import { type MeteredRecording, type MeteringWith, meterRecording } from "./meter-recording.ts";
import type { Recording } from "./recording.ts";
import { statedUsageOf } from "./stated-usage.ts";

/**
 * `metered`: to the provider's last word. `silent`: the answer says no usage, so what was asked for or counted stands.
 * `mismatch`, `unread` (nothing here reads it), `failed` (an exception): see the row's `reason`.
 */
export type Verdict = "metered" | "silent" | "mismatch" | "unread" | "failed";

export interface Row {
  readonly file: string;
  readonly provider: string;
  /** The dialect it was read by, and the operation; absent where there is none. */
  readonly dialect?: string;
  readonly operation?: string;
  readonly model?: string;
  readonly verdict: Verdict;
  readonly reason?: string;
  /** Does the answer say what it used? */
  readonly saysUsage: boolean;
  readonly usage: Usage;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Dollars as exact decimal text. */
  readonly cost: string;
  readonly statedCost?: string;
  /** Ids of the price rows that the charge's lines point at. */
  readonly priceRows: readonly string[];
  readonly warnings: readonly string[];
}

/** What serving it again needs to know. */
export interface Run {
  readonly row: Row;
  readonly recording: Recording;
  readonly placed: Placed | null;
  readonly request: JsonObject;
  readonly metered: MeteredRecording | null;
}

/** Never throws. */
export function runRecording(recording: Recording, using: MeteringWith): Run {
  const lastWord = lastWordOf(recording);
  const placed = findDialect(recording);
  if (typeof placed === "string") {
    const row = unmeteredRow(recording, { verdict: "unread", reason: placed, lastWord });
    return { row, recording, placed: null, request: {}, metered: null };
  }
  const request = makeRequest(recording, placed);
  try {
    const metered = meterRecording({ recording, placed, request }, using);
    const row = rowOf(recording, placed, metered, lastWord);
    return { row, recording, placed, request, metered };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const row = unmeteredRow(recording, { verdict: "failed", reason, lastWord });
    return { row, recording, placed, request, metered: null };
  }
}

function unmeteredRow(
  { file, provider }: Recording,
  why: { verdict: Verdict; reason: string; lastWord: JsonObject | null },
): Row {
  const { verdict, reason, lastWord } = why;
  const saysUsage = lastWord !== null;
  const nothing = { usage: {}, inputTokens: 0, outputTokens: 0, cost: "0", priceRows: [] };
  return { file, provider, verdict, reason, saysUsage, ...nothing, warnings: [] };
}

function rowOf(
  recording: Recording,
  placed: Placed,
  one: MeteredRecording,
  lastWord: JsonObject | null,
): Row {
  const { dialect, route } = placed;
  const { metered, charge } = one;
  const stated = lastWord === null ? null : statedUsageOf(lastWord, dialect.provider);
  const wrong = stated === null ? [] : disagreements(stated, one);
  const { input, output } = tokensOf(metered.usage);
  const unread = lastWord !== null && stated === null;
  return {
    file: recording.file,
    provider: recording.provider,
    dialect: dialect.provider,
    operation: route.operation,
    model: metered.model,
    verdict: verdictOf({ wrong, unread, silent: lastWord === null }),
    ...(wrong.length > 0 ? { reason: wrong.join("; ") } : {}),
    ...(unread ? { reason: "Its usage has a shape that is not known here." } : {}),
    saysUsage: lastWord !== null,
    usage: metered.usage,
    inputTokens: input,
    outputTokens: output,
    cost: usdText(charge.cost),
    ...(charge.stated === undefined ? {} : { statedCost: usdText(charge.stated) }),
    priceRows: [...new Set(charge.lines.map(({ priceId }) => priceId))],
    warnings: [...addedWarning(placed), ...warningsOf(recording, one)],
  };
}

function verdictOf(found: { wrong: readonly string[]; unread: boolean; silent: boolean }): Verdict {
  if (found.wrong.length > 0) return "mismatch";
  if (found.unread) return "unread";
  return found.silent ? "silent" : "metered";
}

function addedWarning({ added }: Placed): string[] {
  if (added === null) return [];
  return [
    `No provider ${added.name} is there: read as one added with the dialect of ${added.dialect}.`,
  ];
}

function warningsOf(recording: Recording, one: MeteredRecording): string[] {
  const { metered, charge, reading } = one;
  const warnings = [...(reading?.problems ?? [])];
  if (brokeOff(one)) warnings.push("The stream has no end.");
  if (metered.estimated) warnings.push("Estimated: the answer does not say it all.");
  if (charge.unpriced) warnings.push(`Unpriced: no price for ${metered.model}.`);
  const isFree = charge.cost === 0n && charge.lines.length > 0;
  if (isFree) warnings.push(`Costs nothing by ${charge.lines[0]?.priceId}.`);
  const costProblem = statedCostProblem(charge);
  if (costProblem !== null) warnings.push(costProblem);
  const { upstreamCost } = recording;
  if (upstreamCost !== null && parseUsd(upstreamCost, "cost") !== charge.cost) {
    warnings.push(
      `The suite that recorded it expects $${usdText(parseUsd(upstreamCost, "cost"))}.`,
    );
  }
  return warnings;
}
