/** Where a click on a bar or a row leads: from a provider to its models, from a model to its calls. */
import type { AddressState } from "../../app/address.ts";
import type { AskedUsage, Dimension } from "./asked-usage.ts";
import type { BreakdownRow } from "./usage-query.ts";

export interface Way {
  readonly to: "/usage" | "/calls";
  readonly search: AddressState;
}

/** null: there is nothing below, as of calls without a key. */
export function wayBelow(
  row: BreakdownRow,
  by: Dimension,
  { address, usage }: { readonly address: AddressState; readonly usage: AskedUsage },
): Way | null {
  if (row.name === "") return null;
  const only = { ...address, tag: undefined, view: undefined };
  const next = usage.only.provider === undefined ? "provider" : "model";
  switch (by) {
    case "provider":
      return { to: "/usage", search: { ...only, provider: row.name, by: "model" } };
    case "operation":
      return { to: "/usage", search: { ...only, operation: row.name, by: next } };
    case "key":
      return { to: "/usage", search: { ...only, key: row.name, by: next } };
    case "model": {
      const provider = usage.only.provider ?? row.title;
      return wayToCalls(address, { provider, model: row.name });
    }
    case "tag":
      return wayToCalls(address, { tag: `${usage.tag ?? ""}:${row.name}` });
  }
}

/** Calls of the same stretch, and of what the page of usage shows. */
function wayToCalls(address: AddressState, more: AddressState): Way {
  const { span, period, from, to, provider, model, operation, key } = address;
  const search = { span: span ?? "period", period, from, to, provider, model, operation, key };
  return { to: "/calls", search: { ...search, ...more } };
}
