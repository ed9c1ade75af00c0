/** What a batch's events and corrections add to the sums of the tags that the operator declared. */
import { DAY_MS, type Instant } from "../../core/instant.ts";
import type { Amounts } from "../../core/usage.ts";
import type { EventFacts } from "../ledger.ts";
import type { Place } from "./draft.ts";
import type { TagDelta } from "./rows.ts";

export class TagSums {
  private readonly declared: readonly string[];
  private readonly deltas = new Map<string, TagDelta>();

  constructor(declared: readonly string[]) {
    this.declared = declared;
  }

  /** `amounts` of either sign; `events`: 1 for an event, 0 for a correction of one. */
  add(
    place: Place,
    tags: EventFacts["tags"],
    of: { readonly amounts: Amounts; readonly events: 0 | 1 },
  ): void {
    if (tags === undefined) return;
    for (const tag of this.declared) {
      const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
      if (value === undefined) continue;
      const delta = this.deltaOf(place, { tag, value });
      delta.calls += of.amounts.calls;
      delta.tokens += of.amounts.tokens;
      delta.cost += of.amounts.cost;
      delta.events += of.events;
    }
  }

  rows(): TagDelta[] {
    return [...this.deltas.values()];
  }

  private deltaOf(place: Place, of: { readonly tag: string; readonly value: string }): TagDelta {
    const { customerId, starts, scope } = place;
    const { provider, model } = scope;
    const { tag, value } = of;
    const day = (place.at - (place.at % DAY_MS)) as Instant;
    // A value may hold any sign, so no separator would do.
    const key = JSON.stringify([customerId, starts.period, day, tag, value, provider, model]);
    const known = this.deltas.get(key);
    if (known !== undefined) return known;
    const where = { customerId, periodStart: starts.period, day, tag, value, provider, model };
    const made: TagDelta = { ...where, calls: 0n, tokens: 0n, cost: 0n, events: 0 };
    this.deltas.set(key, made);
    return made;
  }
}
