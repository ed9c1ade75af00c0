/** A key's name by the id that its usage counts under; a key that ended keeps its name. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";

/** Keys change seldom, so they are not read anew with each call. */
const KEYS_FRESH_MS = 60_000;

export function keysQuery(userId: string) {
  return queryOptions({
    queryKey: ["keys-by-name", userId],
    staleTime: KEYS_FRESH_MS,
    queryFn: async () => (await client.keys(userId)).keys,
  });
}

/** The id itself, shortened, where no such key is known. */
export function useKeyNames(): (keyId: string) => string {
  const { userId } = useSubject();
  const { data = [] } = useQuery(keysQuery(userId));
  return (keyId) =>
    data.find(({ id, counts_as: countsAs }) => id === keyId || countsAs === keyId)?.name ??
    `${keyId.slice(0, 8)}…`;
}
