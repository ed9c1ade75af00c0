/** A link to another page; within a customer's pages it stays with that customer. */
import { Anchor, type AnchorProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useContext } from "react";
import type { AddressState } from "./address.ts";
import { SubjectContext } from "./subject.tsx";

export function PageLink({
  to,
  search,
  children,
  ...anchor
}: {
  /** Of a customer's page, e.g. `/usage`; `//customers` is from the very root. */
  readonly to: string;
  readonly search?: AddressState;
  readonly children: ReactNode;
} & AnchorProps) {
  const base = useContext(SubjectContext)?.base ?? "";
  const path = to.startsWith("//") ? to.slice(1) : `${base}${to}`;
  return (
    <Anchor
      {...anchor}
      renderRoot={(props: object) => <Link {...props} to={path} search={search ?? {}} />}
    >
      {children}
    </Anchor>
  );
}
