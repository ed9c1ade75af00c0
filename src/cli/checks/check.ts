/** One thing that `purser verify` looks at, and what it found. */

export interface Check {
  readonly name: string;
  /** A warning does not fail the command. */
  readonly state: "ok" | "warning" | "failed";
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}
