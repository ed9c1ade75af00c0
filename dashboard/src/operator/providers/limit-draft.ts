/** The deployment's limits while they are edited, and what would change by them, in words. */
import { PurserError } from "../../../../src/client/purser-error.ts";
import {
  capital,
  limitAmount,
  limitName,
  type Meter,
  type WindowName,
  windowWords,
} from "../../parts/limit-words.ts";
import type { DeploymentLimit, LimitsWish, LimitUse } from "./provider-queries.ts";

export interface DraftLine {
  readonly id: number;
  readonly meter: Meter;
  /** As it is typed: dollars, a whole number, or `unlimited`. */
  readonly max: string;
  readonly per: WindowName;
  /** Empty: all of them. */
  readonly provider: string;
  readonly model: string;
  readonly atCap: "deny" | "allow";
  /** What is not edited here, and stays. */
  readonly kept: Pick<DeploymentLimit, "operation" | "alert_at">;
}

export function draftOf(limits: readonly DeploymentLimit[]): DraftLine[] {
  return limits.map(
    ({ meter, max, per, provider = "", model = "", at_cap: atCap, ...kept }, id) => ({
      ...{ id, meter, max: String(max), per, provider, model, atCap },
      kept,
    }),
  );
}

export function newLine(lines: readonly DraftLine[]): DraftLine {
  const id = Math.max(-1, ...lines.map((line) => line.id)) + 1;
  const all = { provider: "", model: "", kept: {} };
  return { id, meter: "cost", max: "", per: "month", atCap: "deny", ...all };
}

/** As the API takes it; the server says what is wrong with it. */
export function wishOf(lines: readonly DraftLine[]): LimitsWish {
  return lines.map(({ meter, max, per, provider, model, atCap, kept }) => ({
    ...kept,
    meter,
    max: max.trim(),
    per,
    at_cap: atCap,
    ...(provider === "" ? {} : { provider }),
    ...(model.trim() === "" ? {} : { model: model.trim() }),
  }));
}

type Wished = LimitsWish[number];

/** What it counts: two limits of one key look at the same counter. */
function keyOf({ meter, provider, model, operation, per = "period" }: Wished): string {
  // A period of the deployment is the calendar month.
  return JSON.stringify([meter, provider, model, operation, per === "period" ? "month" : per]);
}

export function perWords(per: WindowName): string {
  return windowWords(per === "period" ? "month" : per);
}

/** `Provider cost: at most $40.00 in a calendar month, then calls are refused`. */
export function limitSentence(limit: Wished): string {
  const { max, per = "period", at_cap: atCap = "deny" } = limit;
  const most = maxWords(limit);
  const then = atCap === "deny" ? "calls are refused" : "you are alerted and calls go on";
  const words =
    max === "unlimited" ? "unlimited" : `at most ${most} in ${perWords(per)}, then ${then}`;
  return `${limitName(asNamed(limit))}: ${words}`;
}

function maxWords({ meter, max }: Wished): string {
  const amount = Number(max);
  return String(max).trim() === "" || Number.isNaN(amount) ? "…" : limitAmount(meter, amount);
}

/** The same without fields that are there and undefined. */
function asNamed({ meter, provider, model, operation }: Wished) {
  return {
    meter,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
  };
}

/** One line for each limit that is new, gone or different; empty where nothing would change. */
export function changesOf(of: {
  readonly before: readonly Wished[];
  readonly after: readonly Wished[];
  readonly uses: readonly LimitUse[];
}): string[] {
  const { before, after, uses } = of;
  const find = (list: readonly Wished[], limit: Wished) =>
    list.find((each) => keyOf(each) === keyOf(limit));
  const isNew = after.flatMap((limit) => {
    const was = find(before, limit);
    const warning = usedWarning(limit, uses);
    if (was === undefined) return [`New: ${limitSentence(limit)}.${warning}`];
    if (limitSentence(was) === limitSentence(limit)) return [];
    return [`Changed: ${limitSentence(limit)}; before, ${limitSentence(was)}.${warning}`];
  });
  const isGone = before
    .filter((limit) => find(after, limit) === undefined)
    .map((limit) => `No longer limited: ${limitSentence(limit)}.`);
  return [...isNew, ...isGone];
}

/** What is used already is known of limits that are in force. */
function usedWarning(limit: Wished, uses: readonly LimitUse[]): string {
  const used = uses.find((use) => keyOf(use.limit) === keyOf(limit))?.used;
  const max = Number(limit.max);
  if (used === undefined || Number.isNaN(max) || String(limit.max).trim() === "") return "";
  if (used < max || limit.at_cap === "allow") return "";
  return ` ${capital(limitAmount(limit.meter, used))} are used already, so calls are refused from now on.`;
}

/** `limits[1].max` is of the second line. */
export function faultOf(fault: Error | null): { line: number; words: string } | null {
  if (!(fault instanceof PurserError)) return null;
  const { field, reason } = fault.details;
  const [, line] = /^limits\[(\d+)\]/.exec(String(field)) ?? [];
  return line === undefined ? null : { line: Number(line), words: String(reason ?? fault.message) };
}

/** Each limit once, though every provider that it looks at has it. */
export function usesOf(providers: readonly { readonly limits: readonly LimitUse[] }[]): LimitUse[] {
  const uses = providers.flatMap(({ limits }) => limits);
  return [...new Map(uses.map((use) => [JSON.stringify(use.limit), use])).values()];
}
