/** Reads a plan file: YAML with the plans that are sold. */
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { parse } from "../parse.ts";
import type { PlanDefinition } from "./plan.ts";
import { planFromJson } from "./plan-json.ts";

const planFile = z.strictObject(
  {
    plans: z.array(z.unknown(), { error: "must be a list of plans." }).min(1, "is empty; add one."),
  },
  { error: "must hold `plans:`, a list of plans." },
);

/**
 * The plans in the order of the file; the first of tier `free` is the one that new customers get, so it costs nothing.
 * Refuses (`invalid_request`) a mistake by plan, field and mend.
 */
export function readPlanFile(yamlText: string): PlanDefinition[] {
  const { plans } = parse(planFile, readYaml(yamlText), "plan file");
  const read = plans.map((plan, i) => planFromJson(plan, nameOf(plan, i)));
  refuseSameIds(read);
  const free = read.find((plan) => plan.tier === "free");
  if (free === undefined) {
    throw invalidField(
      "plan file.plans",
      "must have one of tier free: the plan that new customers get.",
    );
  }
  if (free.priceMonthly > 0n || free.priceYearly > 0n) {
    throw invalidField(
      `plan ${free.slug}.price`,
      'must be "0": the first plan of tier free is the one that new customers get unasked.',
    );
  }
  return read;
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw invalidField("plan file", `is not YAML: ${cause.message}`);
  }
}

function nameOf(plan: unknown, index: number): string {
  const id = typeof plan === "object" && plan !== null && "id" in plan ? plan.id : undefined;
  return typeof id === "string" && id !== "" ? `plan ${id}` : `plans[${index}]`;
}

function refuseSameIds(plans: readonly PlanDefinition[]): void {
  const seen = new Set<string>();
  for (const { slug } of plans) {
    if (seen.has(slug)) throw invalidField(`plan ${slug}.id`, "is used twice; rename one.");
    seen.add(slug);
  }
}
