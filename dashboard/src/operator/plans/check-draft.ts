/** What is wrong with a plan that is being written, by field, as the server's own rules say it. */
import { AppError } from "../../../../src/core/errors.ts";
import { readCap } from "../../../../src/core/limits/read-limit.ts";
import { mendOf } from "../../../../src/core/mend.ts";
import { parseUsd } from "../../../../src/core/money.ts";
import type { PlanDefinition } from "../../../../src/core/plans/plan.ts";
import { planFromJson, planSchema } from "../../../../src/core/plans/plan-json.ts";
import { capital } from "../../parts/limit-words.ts";
import { type PlanDraft, planFileForm } from "./plan-draft.ts";

export interface CheckedDraft {
  /** null: there is something to mend first. */
  readonly definition: PlanDefinition | null;
  /** The mend by field, such as `limits[2].max`. */
  readonly errors: ReadonlyMap<string, string>;
}

export function checkDraft(draft: PlanDraft): CheckedDraft {
  const form = planFileForm(draft);
  const errors = new Map<string, string>();
  for (const [field, mend] of [...shapeErrors(form), ...amountErrors(draft)]) {
    if (!errors.has(field)) errors.set(field, capital(mend));
  }
  if (errors.size > 0) return { definition: null, errors };
  try {
    return { definition: planFromJson(form), errors };
  } catch (fault) {
    const [field, mend] = refusalOf(fault);
    return { definition: null, errors: new Map([[field, capital(mend)]]) };
  }
}

type Refusal = readonly [field: string, mend: string];

function shapeErrors(form: unknown): Refusal[] {
  const parsed = planSchema.safeParse(form, { error: mendOf });
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => [fieldName(path), message] as const);
}

/** As `core/parse.ts` names fields; what is wrong in a list of words or percentages is said of the list. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === "number") return name === "limits" ? `${name}[${part}]` : name;
    return name === "" ? String(part) : `${name}.${String(part)}`;
  }, "");
}

/** Amounts are read after the rest is right, and only the first wrong one is told; here each is told. */
function amountErrors(draft: PlanDraft): Refusal[] {
  return [
    ...refusalsOf(() => parseUsd(draft.monthly, "price.monthly")),
    ...refusalsOf(() => parseUsd(draft.yearly, "price.yearly")),
    ...draft.limits.flatMap(({ max, meter }, at) =>
      refusalsOf(() => readCap(max, meter, `limits[${at}].max`)),
    ),
  ];
}

function refusalsOf(read: () => unknown): Refusal[] {
  try {
    read();
    return [];
  } catch (fault) {
    return [refusalOf(fault)];
  }
}

/** Throws what is no refusal of a field. */
function refusalOf(fault: unknown): Refusal {
  if (!(fault instanceof AppError)) throw fault;
  const { field, reason } = fault.details;
  return [
    typeof field === "string" ? field.replace(/alert_at\[\d+\]$/, "alert_at") : "",
    typeof reason === "string" ? reason : fault.message,
  ];
}
