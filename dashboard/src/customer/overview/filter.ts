/** What the page is narrowed to: a provider, a model; both stand in its address. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { type AddressState, useAddress } from "../../app/address.ts";

export interface Filter {
  readonly provider?: string;
  readonly model?: string;
}

export interface Filtering {
  readonly filter: Filter;
  /** undefined: nothing is left out. */
  readonly what: string | undefined;
  /** Choosing what is chosen shows everything again. */
  chooseProvider(provider: string): void;
  chooseModel(model: string, provider: string | undefined): void;
  clear(): void;
}

export function useFilter(): Filtering {
  const [address, change] = useAddress();
  const filter = filterOf(address);
  const { provider, model } = filter;
  return {
    filter,
    what: whatOf(filter),
    chooseProvider: (chosen) =>
      change({
        provider: chosen === provider && model === undefined ? undefined : chosen,
        model: undefined,
      }),
    chooseModel: (chosen, its) =>
      change(
        chosen === model
          ? { model: undefined }
          : { model: chosen, ...(its === undefined ? {} : { provider: its }) },
      ),
    clear: () => change({ provider: undefined, model: undefined }),
  };
}

function filterOf({ provider, model }: AddressState): Filter {
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
  };
}

function whatOf({ provider, model }: Filter): string | undefined {
  if (model !== undefined) return model;
  return provider === undefined ? undefined : providerTitle(provider);
}
