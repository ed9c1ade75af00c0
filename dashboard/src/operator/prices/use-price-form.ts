/** A price that is being written: asked first what it would change, then put into the book. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useMemo, useRef, useState } from "react";
import { client } from "../../app/client.ts";
import { checkPrice, type PriceBody, type PriceDraft } from "./price-draft.ts";
import { type ModelName, pricesChanged } from "./price-queries.ts";

export function usePriceForm(first: PriceDraft, onAdded: (name: ModelName) => void) {
  const [draft, setDraft] = useState(first);
  const [isTold, setIsTold] = useState(false);
  // Set once the price was added or given up, so that going on is not asked about.
  const mayLeave = useRef(false);
  const checked = useMemo(() => checkPrice(draft), [draft]);
  const asking = useMutation({
    mutationFn: (body: PriceBody) => client.admin.applyPrices({ prices: [body], dry_run: true }),
  });
  const adding = useMutation({
    mutationFn: (body: PriceBody) => client.admin.addPrice(body),
    onSuccess: async (_answer, { provider, model }) => {
      mayLeave.current = true;
      await pricesChanged();
      onAdded({ provider, model });
    },
  });
  return {
    draft,
    change: (changes: Partial<PriceDraft>) => {
      setDraft({ ...draft, ...changes });
      asking.reset();
      adding.reset();
    },
    errorAt: (field: string) => (isTold ? checked.errors.get(field) : undefined),
    isUnsaved: JSON.stringify(draft) !== JSON.stringify(first),
    mayLeave,
    isBusy: asking.isPending || adding.isPending,
    fault: asking.error ?? adding.error,
    /** In words; undefined: not asked yet. */
    changes: asking.data?.changes.map(({ words }) => words),
    submit: (event: FormEvent): void => {
      event.preventDefault();
      setIsTold(true);
      if (checked.body === null) return;
      if (asking.data === undefined) asking.mutate(checked.body);
      else adding.mutate(checked.body);
    },
  };
}
