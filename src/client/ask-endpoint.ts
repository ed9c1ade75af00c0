/** One question to an endpoint of the contract: its path filled in, its answer checked, its failure raised. */
import type { z } from "zod";
import type { BodyIn, Endpoint, ParamsOf, QueryIn } from "../api/contract/endpoint.ts";
import { failure, success } from "../api/contract/envelope.ts";
import { endpointAddress } from "./endpoint-address.ts";
import { PurserError } from "./purser-error.ts";
import type { Question, Transport } from "./transport.ts";

/** What is sent, as the endpoint's schemas take it; parts that an endpoint does not have are left out. */
export type Sent<One extends Endpoint> = Part<"params", ParamsOf<One["path"]>> &
  Part<"query", QueryIn<One>> &
  Part<"body", BodyIn<One>> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  };

/** A part may be left out where nothing in it has to be there. */
type Part<Name extends string, Value> = undefined extends Value
  ? { readonly [Key in Name]?: Value }
  : object extends Value
    ? { readonly [Key in Name]?: Value | undefined }
    : { readonly [Key in Name]: Value };

/** Left out where the endpoint needs nothing. */
export type SentTo<One extends Endpoint> =
  object extends Sent<One> ? [sent?: Sent<One>] : [sent: Sent<One>];

/** Asks any endpoint of the contract, as `askEndpoint`. */
export type Call = <One extends Endpoint>(
  endpoint: One,
  ...sent: SentTo<One>
) => Promise<z.output<One["answer"]>>;

/** Opens any endpoint of the contract, as `openEndpoint`. */
export type Open = <One extends Endpoint>(endpoint: One, ...sent: SentTo<One>) => Promise<Response>;

export interface AskOptions {
  readonly transport: Transport;
  readonly headers: Readonly<Record<string, string>>;
  /** Until the answer's first bytes, and for `askEndpoint` until its last. */
  readonly timeoutMs: number;
}

/** The same for any endpoint. */
interface AnySent {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Gives `data` of the answer, or all of a bare one. Throws PurserError, or the signal's own reason once it is aborted. */
export async function askEndpoint<One extends Endpoint>(
  options: AskOptions,
  endpoint: One,
  ...[sent]: SentTo<One>
): Promise<z.output<One["answer"]>> {
  const question = questionOf(options, endpoint, sent ?? {});
  return withDeadline(options.timeoutMs, sent?.signal, async (signal) =>
    readAnswer(endpoint, await reach(options.transport, endpoint, { ...question, signal })),
  );
}

/** The answer unread, for what is not JSON and for streams. Its body ends with the signal, not with the time-out. */
export async function openEndpoint<One extends Endpoint>(
  options: AskOptions,
  endpoint: One,
  ...[sent]: SentTo<One>
): Promise<Response> {
  const question = questionOf(options, endpoint, sent ?? {});
  return withDeadline(options.timeoutMs, sent?.signal, (signal) =>
    reach(options.transport, endpoint, { ...question, signal }),
  );
}

function questionOf(
  options: AskOptions,
  endpoint: Endpoint,
  sent: AnySent,
): Omit<Question, "signal"> {
  const body = sent.body === undefined ? undefined : JSON.stringify(sent.body);
  return {
    method: endpoint.method,
    path: endpointAddress(endpoint.path, sent.params, sent.query),
    headers: {
      ...options.headers,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...sent.headers,
    },
    ...(body === undefined ? {} : { body }),
  };
}

async function reach(
  transport: Transport,
  endpoint: Endpoint,
  question: Question,
): Promise<Response> {
  const answer = await sendTwice(transport, question);
  if (!answer.ok) throw await failureOf(answer, endpoint);
  return answer;
}

/** A GET changes nothing, so it is asked again once: a kept connection may have been closed under it. */
async function sendTwice(transport: Transport, question: Question): Promise<Response> {
  try {
    return await transport(question);
  } catch (cause) {
    if (question.method !== "GET" || question.signal.aborted) throw cause;
    return transport(question);
  }
}

/** Runs `work` under a signal that ends with the caller's and, until `work` is done, with the deadline. */
async function withDeadline<Result>(
  timeoutMs: number,
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const signals = given === undefined ? [deadline.signal] : [deadline.signal, given];
  try {
    return await work(AbortSignal.any(signals));
  } catch (cause) {
    if (cause instanceof PurserError) throw cause;
    if (given?.aborted) throw given.reason;
    throw deadline.signal.aborted ? timedOut(timeoutMs, cause) : unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}

async function readAnswer<One extends Endpoint>(
  endpoint: One,
  answer: Response,
): Promise<z.output<One["answer"]>> {
  const json = await contentOf(answer);
  const shape = endpoint.bare ? endpoint.answer : success(endpoint.answer);
  const read = shape.safeParse(json);
  if (!read.success) throw unreadable(endpoint, answer, read.error);
  // The schema has just parsed it into exactly this type.
  const whole = read.data as { data?: unknown };
  return (endpoint.bare ? whole : whole.data) as z.output<One["answer"]>;
}

async function failureOf(answer: Response, endpoint: Endpoint): Promise<PurserError> {
  const refused = failure.safeParse(await contentOf(answer));
  if (!refused.success) return unreadable(endpoint, answer, refused.error);
  const { success: _, error: code, message, detail: _repeated, ...rest } = refused.data;
  const { request_id: requestId, ...details } = rest;
  return new PurserError({ code, message, status: answer.status, requestId, details });
}

/** JSON as it parses, anything else as text. */
async function contentOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!(answer.headers.get("content-type") ?? "").includes("json")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreadable(endpoint: Endpoint, { status, headers }: Response, cause: unknown) {
  const what = `${endpoint.method} ${endpoint.path} gave an answer (${status}) that is not of this version of Purser.`;
  const requestId = headers.get("x-purser-request-id");
  return new PurserError(
    { code: "unreadable_answer", message: what, status, requestId },
    { cause },
  );
}

function timedOut(timeoutMs: number, cause: unknown): PurserError {
  const message = `Purser did not answer within ${timeoutMs / 1_000} seconds.`;
  return new PurserError({ code: "timed_out", message }, { cause });
}

function unreachable(cause: unknown): PurserError {
  const message = "Purser cannot be reached. Check that it runs, and at this address.";
  return new PurserError({ code: "unreachable", message }, { cause });
}
