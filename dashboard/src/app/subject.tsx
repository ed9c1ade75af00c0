/** Whose pages these are: one's own, or a customer's whom the operator looks at as they see it. */
import { createContext, useContext } from "react";

export interface Subject {
  readonly userId: string;
  /** Where the pages stand: `` for one's own, `/customers/ada/see` for the operator's view. */
  readonly base: string;
  readonly isOwn: boolean;
}

export const SubjectContext = createContext<Subject | null>(null);

export function useSubject(): Subject {
  const subject = useContext(SubjectContext);
  if (subject === null) throw new Error("This part stands outside a customer's pages.");
  return subject;
}
