/** One request of a client, and what came of it: a whole answer, a cut one, or none for far too long. */
import { Agent, request } from "undici";

export interface Question {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly key: string;
  readonly customer?: string;
  readonly body?: unknown;
  /** Leave once this much of the answer has come. */
  readonly hangUpAfterBytes?: number;
}

export type Answer =
  | {
      readonly kind: "whole";
      readonly status: number;
      readonly requestId: string | null;
      readonly text: string;
      readonly ms: number;
    }
  | {
      readonly kind: "cut" | "hung up" | "no answer";
      /** null: not even a head came. */
      readonly status: number | null;
      readonly requestId: string | null;
      readonly why: string;
    };

export interface Asker {
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** A server that is alive and silent for so long has lost the request. */
const SILENCE_MS = 30_000;
const CONNECTIONS = 64;

export function newAsker(): Asker {
  const agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connect: { timeout: SILENCE_MS },
  });
  return {
    ask: (question) => askThrough(agent, question),
    close: () => agent.destroy(),
  };
}

async function askThrough(agent: Agent, question: Question): Promise<Answer> {
  const seen: Seen = { status: null, requestId: null };
  const startedAt = performance.now();
  try {
    const response = await request(question.url, requestOf(agent, question));
    seen.status = response.statusCode;
    const id = response.headers["x-purser-request-id"];
    seen.requestId = typeof id === "string" ? id : null;
    const text = await textOf(response.body, question.hangUpAfterBytes);
    if (text === null) return { kind: "hung up", ...seen, why: "The client left." };
    const ms = performance.now() - startedAt;
    return { kind: "whole", status: response.statusCode, requestId: seen.requestId, text, ms };
  } catch (fault) {
    const code = fault instanceof Error && "code" in fault ? String(fault.code) : "";
    const kind = /HEADERS_TIMEOUT|BODY_TIMEOUT/.test(code) ? "no answer" : "cut";
    return { kind, ...seen, why: `${code} ${fault instanceof Error ? fault.message : fault}` };
  }
}

interface Seen {
  status: number | null;
  requestId: string | null;
}

function requestOf(agent: Agent, { method, key, customer, body }: Question) {
  return {
    dispatcher: agent,
    method: method ?? "POST",
    headers: {
      authorization: `Bearer ${key}`,
      ...(customer === undefined ? {} : { "x-purser-customer": customer }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** null: the client left after so many bytes, which closed the connection. */
async function textOf(body: AsyncIterable<Buffer>, leaveAfterBytes?: number) {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (leaveAfterBytes !== undefined && bytes >= leaveAfterBytes) return null;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The JSON of an answer; {} where it is none. */
export function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? { ...json } : {};
  } catch {
    return {};
  }
}
