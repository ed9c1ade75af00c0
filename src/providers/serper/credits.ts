/** Serper's credits: the most that a query of each kind costs. What it did cost, the answer says. */

/** Unchecked but for `search`: as users of Serper report them; it documents no table of its own. */
export const CREDITS_A_QUERY: ReadonlyMap<string, number> = new Map([
  ["search", 1],
  ["images", 1],
  ["videos", 1],
  ["news", 1],
  ["places", 1],
  ["maps", 3],
  ["reviews", 3],
  ["shopping", 2],
  ["lens", 3],
  ["scholar", 1],
  ["patents", 1],
  ["autocomplete", 1],
]);

/** More results than a page of Google's has cost a second credit. */
const RESULTS_A_PAGE = 10;

export function creditsMost(kind: string, results: number): number {
  const most = CREDITS_A_QUERY.get(kind) ?? 1;
  return results > RESULTS_A_PAGE ? Math.max(2, most) : most;
}
