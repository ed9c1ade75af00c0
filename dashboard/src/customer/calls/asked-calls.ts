/** Which calls the log shows, read from its address. */
import type { QueryIn } from "../../../../src/api/contract/endpoint.ts";
import type { listUsageLogs } from "../../../../src/api/contract/endpoints/usage-logs.ts";
import type { AddressState } from "../../app/address.ts";
import type { Stretch } from "../usage/stretch.ts";

/** As the API is asked; without the page. */
export type AskedCalls = Pick<
  QueryIn<typeof listUsageLogs>,
  | "provider"
  | "model"
  | "operation"
  | "key_id"
  | "status"
  | "tag"
  | "billing_period"
  | "from"
  | "to"
>;

/** Names of the address that narrow the log, apart from its time. */
export const FILTERS = ["provider", "model", "operation", "key", "status", "tag"] as const;

/** null: not to be asked yet. */
export function askedCalls(address: AddressState, { asked, span }: Stretch): AskedCalls | null {
  if (asked === null && span !== "all") return null;
  const { provider, model, operation, key, status } = address;
  const { name, value } = tagOf(address);
  return {
    // All there is needs no beginning.
    ...(span === "all" ? {} : asked),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
    ...(key === undefined ? {} : { key_id: key }),
    ...(status === "success" || status === "failed" ? { status } : {}),
    ...(name === undefined || value === undefined ? {} : { tag: `${name}:${value}` }),
  };
}

/** Of `team:red`; a name alone, as it is while its value is still to be chosen, narrows nothing. */
export function tagOf({ tag = "" }: AddressState): {
  readonly name: string | undefined;
  readonly value: string | undefined;
} {
  const [, name, value] = /^([^:]{1,64})(?::(.*))?$/s.exec(tag) ?? [];
  return { name, value };
}
