/** Asks a provider something of our own, with the operator's credential: how work goes that it answers later. */
import type { Dispatcher } from "undici";
import type { Dialect } from "../../providers/dialect.ts";
import type { Upstream } from "../call.ts";
import { headerText } from "./answer-headers.ts";
import { poolOf } from "./upstream-pool.ts";

/** An answer to a question of ours is small, but for files of results. */
const ANSWER_MS = 60_000;
const FILE_MS = 15 * 60_000;
const ANSWER_BYTES_MOST = 64 * 1024 * 1024;
const LINE_BYTES_MOST = 16 * 1024 * 1024;

interface Question {
  readonly dialect: Dialect;
  readonly upstream: Upstream;
  readonly path: string;
}

/** `json` is undefined where the body is none. Rejects where the provider cannot be reached or does not answer in time. */
export async function askProvider(question: Question): Promise<{ status: number; json: unknown }> {
  const { statusCode, body } = await send(question, ANSWER_MS);
  let bytes = 0;
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES_MOST) throw new Error(`${question.path} answered too much.`);
    pieces.push(piece);
  }
  return { status: statusCode, json: parsed(Buffer.concat(pieces).toString("utf8")) };
}

/** The lines of a file. Rejects as above, and where the answer is no success or a line is too long. */
export async function* askLines(question: Question): AsyncGenerator<string> {
  const { statusCode, body } = await send(question, FILE_MS);
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`${question.path} answered ${statusCode}.`);
  }
  let rest = Buffer.alloc(0);
  for await (const piece of body) {
    rest = Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield rest.toString("utf8", 0, end);
      rest = rest.subarray(end + 1);
    }
    if (rest.length > LINE_BYTES_MOST) throw new Error(`${question.path} has a line too long.`);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

async function send(
  { dialect, upstream, path }: Question,
  withinMs: number,
): Promise<Dispatcher.ResponseData> {
  const { pool, pathPrefix } = poolOf(upstream.baseUrl);
  const response = await pool.request({
    method: "GET",
    path: `${pathPrefix}${path}`,
    headers: {
      "accept-encoding": "identity",
      ...dialect.ownHeaders,
      ...dialect.credentialHeaders(upstream.credential ?? ""),
    },
    signal: AbortSignal.timeout(withinMs),
  });
  const encoding = headerText(response.headers, "content-encoding");
  if (encoding === "" || encoding === "identity") return response;
  await response.body.dump();
  throw new Error(`${path} was answered in ${encoding}, unasked.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
