/** Reads an alert's kind, facts and advice from the text that they are kept as. */
import type { Advice, Told } from "./alert-facts.ts";

/** null: it was written before alerts had facts, and only its title and message are known. */
export function readTold(row: { readonly kind: string; readonly facts: string }): Told | null {
  if (row.facts === "{}") return null;
  // Written by the ledger of a `Told`, kind and facts together.
  const told: Told = JSON.parse(`{"kind":${JSON.stringify(row.kind)},"facts":${row.facts}}`);
  return told;
}

/** null: it was not looked for yet. */
export function readAdvice(text: string | null): Advice | null {
  if (text === null) return null;
  const advice: Advice = JSON.parse(text);
  return advice;
}
