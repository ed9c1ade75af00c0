/** What a page shows, kept in its address, so that every state can be linked to and gone back from. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type AddressState = Readonly<Record<string, string | undefined>>;

/** The address's parameters as text, and how to change some of them; undefined takes one out. */
export function useAddress(): readonly [AddressState, (changes: AddressState) => void] {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (changes: AddressState) => {
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => withoutAbsent({ ...before, ...changes }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const texts = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      value === undefined ? undefined : String(value),
    ]),
  );
  return [texts, change];
}

function withoutAbsent(search: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
