/** Feeds streams to a dialect's reader, cut wherever a test wants. */
import { findRoute } from "../../src/providers/all.ts";
import type {
  AnswerFacts,
  Dialect,
  Route,
  StreamReader,
  StreamReading,
} from "../../src/providers/dialect.ts";

export function routeOf(dialect: Dialect, path: string, method = "POST"): Route {
  const route = findRoute(dialect, method, path);
  if (route === null) throw new Error(`${dialect.provider} has no route ${method} ${path}`);
  return route;
}

export function openStream(
  dialect: Dialect,
  path: string,
  options: { stripUsage?: boolean; query?: string; facts?: AnswerFacts } = {},
): StreamReader {
  const { facts } = options;
  return dialect.readStream(routeOf(dialect, path), {
    stripUsage: options.stripUsage ?? false,
    query: new URLSearchParams(options.query ?? "alt=sse"),
    ...(facts === undefined ? {} : { facts }),
  });
}

/** What went on before the end, what was kept back, and what was read. `cuts`: the lengths of the pieces, in turn. */
export function pass(
  reader: StreamReader,
  bytes: Uint8Array,
  cuts: readonly number[],
): { passed: Buffer; rest: Buffer; reading: StreamReading } {
  const passed: Uint8Array[] = [];
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const end = Math.min(
      bytes.length,
      from + Math.max(1, cuts[turn % cuts.length] ?? bytes.length),
    );
    const piece = reader.push(bytes.subarray(from, end));
    if (piece !== null) passed.push(Buffer.from(piece));
    from = end;
  }
  const reading = reader.reading();
  return { passed: Buffer.concat(passed), rest: Buffer.from(reader.rest() ?? []), reading };
}

export const PATHS = {
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  embeddings: "/v1/embeddings",
  messages: "/v1/messages",
  generate: "/v1beta/models/gemini-2.5-flash:generateContent",
  streamGenerate: "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
} as const;
