/** Who is signed in; asked once, and anew when a request finds the session ended. */
import { queryOptions } from "@tanstack/react-query";
import * as sessions from "../../../src/api/contract/endpoints/sessions.ts";
import { PurserError } from "../../../src/client/purser-error.ts";
import { client } from "./client.ts";
import { queries } from "./queries.ts";

export interface SignedIn {
  readonly kind: "admin" | "service" | "customer";
  readonly user_id?: string | undefined;
  readonly name?: string | undefined;
  readonly expires_at?: string | undefined;
  /** Names of tags that usage is added up by. */
  readonly tags: readonly string[];
  /** Providers are simulated, and people and figures made up. */
  readonly demo?: boolean | undefined;
  readonly return_url?: string | undefined;
}

/** null: nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: 60_000,
  queryFn: async (): Promise<SignedIn | null> => {
    try {
      return await client.call(sessions.whoAmI);
    } catch (fault) {
      if (fault instanceof PurserError && fault.status === 401) return null;
      throw fault;
    }
  },
});

/** Throws PurserError where the key or link is refused. */
export async function signIn(by: { key: string } | { portal_token: string }): Promise<SignedIn> {
  const session: SignedIn = await client.call(sessions.signIn, { body: by });
  // Nothing that somebody else saw may be shown to this one.
  queries.clear();
  queries.setQueryData(sessionQuery.queryKey, session);
  return session;
}

export async function signOut(): Promise<void> {
  await client.call(sessions.signOut);
  queries.clear();
  queries.setQueryData(sessionQuery.queryKey, null);
}
