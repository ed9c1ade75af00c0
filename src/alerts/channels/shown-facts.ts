/** Shows the facts of an alert to programs: amounts as numbers, cost in dollars, and nothing of our own inside. */
import { nanoUsd, usdNumber } from "../../core/money.ts";

/** What facts keep as whole numbers in text, each in the unit of its meter. */
const AMOUNTS = ["used", "cap", "projected", "amount", "usual", "cost"];

/** The facts as they come, with their amounts turned into numbers; the customer's internal id stays with us. */
export function shownFacts(facts: unknown): Readonly<Record<string, unknown>> {
  const { customer_id: _ours, ...shown } = asObject(facts);
  const isMoney = meterOf(shown) === "cost";
  const amounts = AMOUNTS.flatMap((name) => {
    const text = shown[name];
    return typeof text === "string" && /^-?\d+$/.test(text)
      ? [[name, isMoney ? usdNumber(nanoUsd(BigInt(text))) : Number(text)] as const]
      : [];
  });
  return { ...shown, ...Object.fromEntries(amounts) };
}

/** Of a limit's facts its meter; of those that name none (the margin's), money. */
function meterOf(facts: Readonly<Record<string, unknown>>): unknown {
  return asObject(facts["limit"])["meter"] ?? facts["meter"] ?? "cost";
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
