/** Keeps on the page what was there while something else is read, but never another customer's. */
import type { Query } from "@tanstack/react-query";

/** For `placeholderData` of queries whose keys begin with `["customer", userId]`. */
export function keptOf(userId: string) {
  return <Value>(
    previous: Value | undefined,
    query?: Pick<Query, "queryKey">,
  ): Value | undefined => (query?.queryKey[1] === userId ? previous : undefined);
}
