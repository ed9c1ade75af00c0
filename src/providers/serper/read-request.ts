/** Reads how many credits a Serper request can use at most: one query, or a list of them. */
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { bodyOf, wholeNumberIn } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";
import { creditsMost } from "./credits.ts";

/** The priced name is the kind of search (`search`, `images`, `news` …), which is the path's only word. */
export function readRequest(request: WireRequest): RequestFacts {
  const kind = request.path.slice(1);
  const queries = Array.isArray(request.json) ? request.json : [request.json];
  let credits = 0;
  for (const query of queries) {
    credits += creditsMost(kind, wholeNumberIn(bodyOf(query), ["num"]) ?? 0);
  }
  return unitFacts({ model: kind, units: { credits } });
}
