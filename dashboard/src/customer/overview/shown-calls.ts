/** Which calls the list shows while it is read, and how many wait. */

export interface Told {
  readonly event_id: string;
}

/**
 * `held`: what was shown when the reading began; null: nobody reads. What is held shows its newest numbers, as a correction
 * changes them, and keeps its place.
 */
export function shownCalls<Call extends Told>(
  calls: readonly Call[],
  held: readonly Call[] | null,
): { readonly shown: readonly Call[]; readonly waiting: number } {
  if (held === null) return { shown: calls, waiting: 0 };
  const now = new Map(calls.map((call) => [call.event_id, call]));
  const known = new Set(held.map(({ event_id: id }) => id));
  return {
    shown: held.map((call) => now.get(call.event_id) ?? call),
    waiting: calls.filter(({ event_id: id }) => !known.has(id)).length,
  };
}
