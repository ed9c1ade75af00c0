/** The names of tags that usage is added up by, as the operator declared them; empty: none is. */
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../../app/session.ts";

/** Known before any page is shown. */
export function useDeclaredTags(): readonly string[] {
  const { data: session } = useQuery(sessionQuery);
  return session?.tags ?? NONE;
}

const NONE: readonly string[] = [];
