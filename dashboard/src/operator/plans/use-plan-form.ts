/** A plan that is being written: its fields, what is wrong with them, and when that is said. */
import { useMemo, useState } from "react";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { capital } from "../../parts/limit-words.ts";
import { type CheckedDraft, checkDraft } from "./check-draft.ts";
import type { PlanDraft } from "./plan-draft.ts";

export interface PlanForm {
  readonly draft: PlanDraft;
  readonly change: (changes: Partial<PlanDraft>) => void;
  readonly checked: CheckedDraft;
  /** The mend to show beside a field; undefined: none, or not written in yet. */
  readonly errorAt: (field: string) => string | undefined;
  /** From now on every field says what is wrong with it. */
  readonly tellAll: () => void;
}

/** `refused`: what the server said of the plan as it was sent; gone with the next change. */
export function usePlanForm(first: PlanDraft, refused: Error | null, forget: () => void): PlanForm {
  const [draft, setDraft] = useState(first);
  const [isTold, setIsTold] = useState(false);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const checked = useMemo(() => checkDraft(draft), [draft]);
  const theirs = fieldRefusal(refused);
  return {
    draft,
    checked,
    change: (changes) => {
      setDraft({ ...draft, ...changes });
      setTouched(new Set([...touched, ...Object.keys(changes).map(fieldOf)]));
      if (refused !== null) forget();
    },
    errorAt: (field) => {
      if (theirs?.field === field) return theirs.mend;
      const isShown = isTold || [...touched].some((name) => field.startsWith(name));
      return isShown ? checked.errors.get(field) : undefined;
    },
    tellAll: () => setIsTold(true),
  };
}

/** A field of the form as a plan file names it. */
function fieldOf(name: string): string {
  const names: Readonly<Record<string, string>> = {
    monthly: "price.monthly",
    yearly: "price.yearly",
    alertAt: "alert_at",
    hasAllProviders: "providers",
    outputCapping: "output_capping",
  };
  return names[name] ?? name;
}

function fieldRefusal(refused: Error | null): { field: string; mend: string } | null {
  if (!(refused instanceof PurserError)) return null;
  const { field, reason } = refused.details;
  if (typeof field !== "string" || typeof reason !== "string") return null;
  return { field, mend: capital(reason) };
}
