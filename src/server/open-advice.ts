/** Ties the search for advice on alerts to the plans, prices and roll-ups of this process. */
import { type AdvicePorts, type AdviceWanted, advise } from "../alerts/advise.ts";
import type { Advice } from "../core/alerts/alert-facts.ts";
import { shippedAlternatives } from "./model-alternatives.ts";

/** Throws (`invalid_request`) where the list of cheaper models has a mistake. */
export function openAdvice(
  parts: Omit<AdvicePorts, "modelAlternatives">,
): (alert: AdviceWanted) => Promise<Advice> {
  const { store, plans, prices } = parts;
  const ports = { store, plans, prices, modelAlternatives: shippedAlternatives() };
  return (alert) => advise(ports, alert);
}
