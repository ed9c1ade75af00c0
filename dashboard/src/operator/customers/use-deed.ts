/** Does something for a customer, reads anew what it changed, and says what came of it. */
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { readAnew } from "./customer-queries.ts";

export function useDeed<Answer>(of: {
  readonly id: string;
  readonly act: () => Promise<Answer>;
  readonly onDone: (words: string) => void;
  readonly words: (answer: Answer) => string;
}) {
  const mutation = useMutation({
    mutationFn: of.act,
    onSuccess: async (answer) => {
      await readAnew(of.id);
      of.onDone(of.words(answer));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutation.mutate();
  };
  return { submit, isBusy: mutation.isPending, fault: mutation.error };
}
