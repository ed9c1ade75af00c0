/** What a written plan would change, and for whom, in words. */
import { countOf, listWords } from "../../../../src/core/amount-words.ts";
import { diffPlans } from "../../../../src/core/plans/diff-plans.ts";
import type { PlanDefinition } from "../../../../src/core/plans/plan.ts";
import { planFromJson } from "../../../../src/core/plans/plan-json.ts";
import { capital } from "../../parts/limit-words.ts";
import type { AdminPlan, PlanVersionRow } from "./plan-queries.ts";

/** One line a change; none where nothing changes. */
export function changeLines(before: PlanDefinition, after: PlanDefinition): readonly string[] {
  return diffPlans([before], [after]).flatMap(({ words }) => words);
}

/** The same between two versions. */
export function linesBetween(before: PlanVersionRow, after: PlanVersionRow): readonly string[] {
  return changeLines(planFromJson(before.definition), planFromJson(after.definition));
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  "price.monthly": "Price a month",
  "price.yearly": "Price a year",
  output_capping: "Cap outputs",
  alert_at: "Alert at",
};

/** A line with its field named as the form names it: `Price a month: $79 → $89`. */
export function lineWords(line: string): string {
  const [, field = "", rest = ""] = /^([a-z._]+): (.*)$/s.exec(line) ?? [];
  if (field === "") return capital(line.replaceAll(/alert_at \[(.*?)\]/g, alertWords));
  const words = field.startsWith("price.") ? rest.replaceAll(/\d[\d.]*/g, "$$$&") : rest;
  return `${FIELD_WORDS[field] ?? capital(field)}: ${words}`;
}

function alertWords(_of: string, percentages: string): string {
  return percentages === "" ? "no thresholds" : `alert at ${percentages} %`;
}

/** Hiding a plan, or showing it again, is the plan's and no version's. */
export function makesVersion(lines: readonly string[]): boolean {
  return lines.some((line) => !line.startsWith("hidden:"));
}

export interface Affected {
  readonly plan: AdminPlan;
  readonly lines: readonly string[];
  readonly isDefault: boolean;
  /** Customers without a subscription; undefined: not known yet. */
  readonly without: number | undefined;
}

/** Who gets what when the change is saved. */
export function affectedLines({ plan, lines, isDefault, without }: Affected): string[] {
  if (lines.length === 0) return [];
  const stay = subscribersStay(plan);
  const hiding = hidingLine(lines);
  if (!makesVersion(lines)) return [...hiding, ...stay];
  const next = plan.version + 1;
  const atOnce = isDefault ? [defaultLine(next, without)] : [];
  return [...atOnce, ...stay, `Whoever subscribes from now on gets version ${next}.`, ...hiding];
}

function defaultLine(next: number, without: number | undefined): string {
  const who = "Whoever has no subscription is on this plan";
  if (without === 0) return `${who}: nobody is at the moment.`;
  return `${who}: version ${next} holds for ${
    without === undefined ? "them" : countOf(without, "customer")
  } at once.`;
}

/** `12 subscribers stay on the version they have: 10 on 3 and 2 on 1.` */
function subscribersStay({ subscribers, versions }: AdminPlan): string[] {
  if (subscribers === 0) return ["Nobody subscribes to it, so nobody has to be moved."];
  const by = versions
    .filter((version) => version.subscribers > 0)
    .map((version) => `${version.subscribers} on version ${version.version}`);
  const verb = subscribers === 1 ? "keeps" : "keep";
  return [`${countOf(subscribers, "subscriber")} ${verb} what they have: ${listWords(by)}.`];
}

function hidingLine(lines: readonly string[]): string[] {
  const line = lines.find((one) => one.startsWith("hidden:"));
  if (line === undefined) return [];
  return [
    line.endsWith("true")
      ? "It is not offered any more; you can still put customers on it."
      : "It is offered to customers from now on.",
  ];
}
