/** A list of facts: what each is called, and what it is. */
import { Fragment, type ReactNode } from "react";
import classes from "./facts.module.css";

export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ of }: { readonly of: readonly Fact[] }) {
  return (
    <dl className={classes["facts"]}>
      {of.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
