/** Sees to it that a request names only what its own customer made. */
import { AppError } from "../core/errors.ts";
import type { NewObject, Payer } from "../ledger/ledger.ts";
import { NAMED_TOKENS_LIKELY, NAMED_TOKENS_MOST } from "../providers/count-input.ts";
import type { Dialect, NamedObject, RequestFacts, Route } from "../providers/dialect.ts";
import type { CallPorts, CallRequest, OwnedObject } from "./call.ts";

/** What the path names: the group `id` of its route's pattern. */
export function namedInPath({ route, path }: CallRequest): readonly NamedObject[] {
  const id = route.pattern.exec(path)?.groups?.["id"];
  return id === undefined ? [] : [{ id, guessed: false }];
}

/** Throws `not_found` for another customer's and for an unknown one alike: nobody learns which. */
export async function ownedObjects(
  named: { request: CallRequest; names: readonly NamedObject[]; payer: Payer },
  ports: Pick<CallPorts, "objects">,
): Promise<ReadonlyMap<string, OwnedObject>> {
  const { request, names, payer } = named;
  if (names.length === 0) return new Map();
  const ids = [...new Set(names.map(({ id }) => id))];
  const found = await ports.objects.find(request.dialect.provider, ids);
  const own = new Map(
    found
      .filter(({ customerId }) => customerId === payer.customerId)
      .map((object) => [object.objectId, object]),
  );
  const missing = ids.find((id) => !own.has(id));
  if (missing === undefined) return own;
  throw new AppError(
    "not_found",
    `There is no ${missing.slice(0, 100)} that was made with this key's account.`,
    {
      id: missing.slice(0, 100),
    },
  );
}

/** Puts the recorded sizes of what is named in the place of the guesses. */
export function withSizes(
  facts: RequestFacts,
  own: ReadonlyMap<string, OwnedObject>,
): RequestFacts {
  let bound = facts.inputTokensBound;
  let expected = facts.inputTokensExpected;
  for (const { id, guessed } of facts.names ?? []) {
    const tokens = own.get(id)?.tokens ?? null;
    if (!guessed || tokens === null) continue;
    bound += tokens - NAMED_TOKENS_MOST;
    expected += tokens - NAMED_TOKENS_LIKELY;
  }
  return {
    ...facts,
    inputTokensBound: Math.max(0, bound),
    inputTokensExpected: Math.max(0, expected),
  };
}

/** What an answer made: the ids in the fields that its route says. */
export function objectsIn(dialect: Dialect, route: Route, json: unknown): readonly NewObject[] {
  if (route.creates === undefined || typeof json !== "object" || json === null) return [];
  // A response that is not stored can never be named again.
  if ("store" in json && json.store === false) return [];
  const fields: Readonly<Record<string, unknown>> = { ...json };
  return Object.entries(route.creates).flatMap(([field, kind]) => {
    const objectId = fields[field];
    const { provider } = dialect;
    return typeof objectId === "string" && objectId !== "" ? [{ provider, objectId, kind }] : [];
  });
}
