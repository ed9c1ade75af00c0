/** Tells by a provider's own address which dialect is spoken there. */

import type { Dialect } from "./dialect.ts";
import { vertex } from "./gemini/vertex.ts";
import { azure } from "./openai/azure.ts";

export interface Recognised {
  readonly dialect: Dialect;
  /** The provider's own path, without the query. */
  readonly path: string;
}

/** Hosts that are many: a resource's, a region's. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:openai\.azure|cognitiveservices\.azure|services\.ai\.azure)\.com$/, azure.provider],
  [/^(?:[\w-]+-)?aiplatform\.(?:[\w-]+\.rep\.)?googleapis\.com$/, vertex.provider],
  [/^bedrock-runtime(?:-fips)?\.[\w-]+\.amazonaws\.com$/, "bedrock"],
  [/^(?:eu|us)\.api\.openai\.com$/, "openai"],
];

/** null: nobody's that is known. `dialects`: those to choose from; Azure's and Vertex's are known besides. */
export function recognise(address: URL, dialects: readonly Dialect[]): Recognised | null {
  const all = [...dialects, azure, vertex];
  const named = HOSTS.find(([host]) => host.test(address.hostname))?.[1];
  const dialect = all.find(({ provider, baseUrl }) =>
    named === undefined ? new URL(baseUrl).host === address.host : provider === named,
  );
  return dialect === undefined ? null : { dialect, path: address.pathname };
}
