/** A key's name by the id that its usage counts under; a key that ended keeps its name. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";

/** Keys change seldom, so they are not read anew with each call. */
const KEYS_FRESH_MS = 60_000;

export interface NamedKey {
  /** Of a rotated key, its own id too. */
  readonly ids: readonly string[];
  readonly name: string;
}

/** The customer's own, and those of the application that were used for them. */
export function keysQuery(userId: string) {
  return queryOptions({
    queryKey: ["keys-by-name", userId],
    staleTime: KEYS_FRESH_MS,
    queryFn: async (): Promise<NamedKey[]> => {
      const [{ keys }, { rows }] = await Promise.all([
        client.keys(userId),
        client.breakdown(userId, { by: "key", billing_period: "all" }),
      ]);
      const own = keys.map(({ id, counts_as: first, name }) => ({ ids: [first, id], name }));
      const known = new Set(own.flatMap(({ ids }) => ids));
      const others = rows.filter(({ name }) => name !== "" && !known.has(name));
      return [...own, ...others.map(({ name, title }) => ({ ids: [name], name: title ?? name }))];
    },
  });
}

/** The id itself, shortened, where no such key is known. */
export function useKeyNames(): (keyId: string) => string {
  const { userId } = useSubject();
  const { data = [] } = useQuery(keysQuery(userId));
  return (keyId) => data.find(({ ids }) => ids.includes(keyId))?.name ?? `${keyId.slice(0, 8)}…`;
}
