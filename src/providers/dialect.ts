/** What Purser must know of a provider's wire language; every provider is one `Dialect`, with no network in it. */
import type { NanoUsd } from "../core/money.ts";
import type { Usage } from "../core/usage.ts";
import type { BatchLine } from "./batch-total.ts";

/** A (method, path) pair that may be reached through the gateway; all else is `operation_not_offered`. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /**
   * Matched against the provider's own path, without the query. A group named `id` is the id of something that was made
   * through us, which only its owner may name.
   */
  readonly pattern: RegExp;
  /** The pattern as words, for logs: `/v1/chat/completions`. Never holds an id or a customer's word. */
  readonly endpoint: string;
  /** The standard name of the work, e.g. `chat`, `responses`, `embeddings`, `messages`, `generate`. */
  readonly operation: string;
  /** `free`: forwarded with the operator's credential, but neither held nor metered (a list of models). */
  readonly kind: "metered" | "free";
  /** What a POST carries; left out: JSON. */
  readonly body?: "json" | "multipart";
  /** What an answer is; left out: JSON or a stream. A binary one says nothing of its usage: the request does. */
  readonly answer?: "json" | "binary";
  /**
   * Work that is answered later. `starts`: the answer only names it, by its `id`; where `readUsage` reads no usage in
   * it, the work is held until it is told. `tells`: asks how it went, by that id, which only its owner may; until it
   * is over, `readUsage` reads no usage.
   */
  readonly deferred?: "starts" | "tells";
  /** Fields of the answer with ids of what is the caller's from then on, and its kind: `{ id: "response" }`. */
  readonly creates?: Readonly<Record<string, string>>;
}

/** Something made earlier that a request names. */
export interface NamedObject {
  readonly id: string;
  /** It is in the input, whose bound has a guess for it (count-input.ts) in place of its true size. */
  readonly guessed: boolean;
}

/** A file of a multipart request, as `json` of a `WireRequest` shows it: a field of its own name. */
export interface FilePart {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
}

/**
 * A request as it came to a provider's address; `json` is its body, parsed once. Of a multipart body it is an object
 * of its fields: text as strings, files as `FilePart`, a repeated field as a list.
 */
export interface WireRequest {
  readonly route: Route;
  /** The provider's own path, e.g. `/v1beta/models/gemini-2.5-flash:generateContent`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly bodyBytes: number;
}

/** How much output the request lets the model make. */
export type OutputBound =
  | { readonly kind: "named"; readonly tokens: number }
  /** The request names no limit; `modelMax` is the most the model can write. */
  | { readonly kind: "unnamed"; readonly modelMax: number }
  /** The operation writes no tokens (embeddings). */
  | { readonly kind: "none" };

/** What a request says about its own cost, before it is made. */
export interface RequestFacts {
  /** As the request names it. */
  readonly model: string;
  readonly streamed: boolean;
  /** Never less than the true input tokens, but for `soft` bounds. */
  readonly inputTokensBound: number;
  readonly inputTokensExpected: number;
  /** The input holds things only named here (ids, URLs), so the bound is a guess. */
  readonly soft: boolean;
  readonly output: OutputBound;
  /** How many answers are asked for (`n`, `candidateCount`); each may write up to the output bound. */
  readonly choices: number;
  /** A cut answer would be worthless (thinking, tools, a response schema): never lower a limit the request named. */
  readonly cutHurts: boolean;
  /** The request may write to the provider's prompt cache, at that price. */
  readonly cacheWrite: "none" | "5m" | "1h";
  /** Other modalities in the input, whose tokens may be dearer. */
  readonly modalities: readonly ("audio" | "image" | "video")[];
  /** The client itself asked for the usage chunk of a stream, so it is not ours to strip. */
  readonly usageAsked: boolean;
  /**
   * The most units beyond tokens that the request can use (images, pages, credits, characters, seconds, requests …).
   * Held, and metered where the answer says nothing of them.
   */
  readonly units?: Usage;
  /**
   * What tools that the provider runs may add beside tokens (searches, sandboxes), as far as the request tells: held,
   * but neither expected nor metered.
   */
  readonly feesMost?: Usage;
  /**
   * The most that the provider's own price list makes of the request, where its answer states a cost that outranks
   * ours: hold this, if it is more than what our prices come to.
   */
  readonly costMost?: NanoUsd;
  /** What the body names that was made earlier: all of it must be the caller's. */
  readonly names?: readonly NamedObject[];
  /** The provider answers at once that it has begun, and with the result when it is asked later. */
  readonly answersLater?: true;
  /** Of many requests held as one: the input of the largest, by which its price tier goes. */
  readonly largestInput?: number;
  /** The file whose requests these are: what can be used is what was read in it. */
  readonly batchOf?: string;
  /** The service tier that it is billed at, where the request decides that. */
  readonly tier?: string;
}

/** What of the request its answer is read with. */
export type AnswerFacts = Pick<RequestFacts, "cacheWrite" | "choices" | "units"> &
  Partial<Pick<RequestFacts, "model">>;

/** What to change in a request before it is sent. */
export interface RequestEdits {
  /** Send this as the request's output limit (tokens an answer). */
  readonly outputTokens?: number;
  /** Ask the provider to report usage in the stream. */
  readonly askUsage?: boolean;
}

/** What an answer says it used. */
export interface UsageReading {
  /** null: the provider said nothing that can be believed. */
  readonly usage: Usage | null;
  /** The model that answered, as the provider names it. */
  readonly model?: string;
  /** The service tier that the answer echoes. */
  readonly tier?: string;
  /** The provider's own statement of the cost. */
  readonly statedCost?: NanoUsd;
  /** What the answer made, by the id that it can be named with from now on. */
  readonly objectId?: string;
  /** Output tokens by our own count of what was delivered; the fall-back where `usage` is null. */
  readonly outputTokensCounted: number;
  /** What was odd in the numbers (negative, fractional, totals that disagree): words for the event's details. */
  readonly problems: readonly string[];
  /** The provider's own total is not the sum of its parts; said in `problems`, and worth a counter. */
  readonly totalDisagrees?: true;
}

export interface StreamReading extends UsageReading {
  /** The provider ended the stream as its dialect says it ends. */
  readonly complete: boolean;
}

/**
 * Reads a stream while it passes. Memory is bounded whatever comes; nothing thrown escapes.
 * `push` returns the bytes that may go to the client now: whole events, without a usage chunk the client had not
 * asked for. From the terminal event on, bytes are kept back; `rest` gives them once the call is settled.
 */
export interface StreamReader {
  push(chunk: Uint8Array): Uint8Array | null;
  /** The provider's stream has ended (whole or cut): what was kept back. */
  rest(): Uint8Array | null;
  reading(): StreamReading;
}

/** Work that a provider answers later: how it is asked for, and how its answer is read. */
export interface LaterWork {
  /** The provider gives up by itself after this, in milliseconds. */
  readonly withinMs: number;
  /** Where to ask for it. */
  path(objectId: string): string;
  /** What the provider says of it. */
  read(json: unknown): LaterState;
  /** A line of its results, where they are lines. Throws `invalid_request` for one that cannot be. */
  readLine?(line: string, json: unknown): BatchLine | null;
}

export type LaterState =
  | { readonly kind: "running" }
  /** `usage` null: the provider does not say what it used. */
  | { readonly kind: "over"; readonly reading: UsageReading }
  /** What it used is in these files, a line for each answer; none: nothing was answered. */
  | { readonly kind: "lines"; readonly paths: readonly string[] };

/** How files are read that are uploaded to be named later. */
export interface UploadRules {
  /** Does the form say that its file holds the requests of a batch, one a line? */
  holdsRequests(fields: Readonly<Record<string, unknown>>): boolean;
  /** One of them; null: an empty line. Throws AppError where it cannot be metered. */
  readRequest(line: string): RequestFacts | null;
}

/** An error as a provider's SDK expects it; `purser` rides beside the provider's own error object. */
export interface ErrorWords {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

export interface Dialect {
  /** `openai`: also the first part of the gateway's path, and of the settings' names. */
  readonly provider: string;
  /** Whose prices hold, where they are another's (`openai` for Azure); left out: the provider's own. */
  readonly pricedAs?: string;
  /** As people write it: `OpenAI`. */
  readonly title: string;
  readonly baseUrl: string;
  /** The environment variable of the operator's credential, e.g. `OPENAI_API_KEY`. */
  readonly credentialSetting: string;
  /** It may be reached without a credential (a self-hosted model). */
  readonly credentialOptional?: true;
  readonly routes: readonly Route[];
  /** Request headers (lower case) that the provider needs beyond the gateway's common ones. */
  readonly requestHeaders: readonly string[];
  /** Response headers (lower case) that clients of this provider read beyond the common ones. */
  readonly responseHeaders: readonly string[];
  /** What questions of our own must say beside the credential. */
  readonly ownHeaders?: Readonly<Record<string, string>>;
  /** `route`: for a provider that wants its credential elsewhere on some of its paths. */
  credentialHeaders(secret: string, route?: Route): Readonly<Record<string, string>>;
  /** Throws AppError `invalid_request` where the body cannot be a request of this route. */
  readRequest(request: WireRequest): RequestFacts;
  /** Splices edits into the body at scanned offsets; every other byte stays. */
  editRequest(body: Uint8Array, route: Route, edits: RequestEdits): Uint8Array;
  /** Does the provider report usage in streams of this route only when asked (`askUsage`)? */
  mustAskUsage(route: Route): boolean;
  /** `facts`: what the request asked for, where the answer alone does not say all (whose cache time-to-live it was). */
  /** `json` is null for a binary answer. */
  readUsage(route: Route, json: unknown, facts?: AnswerFacts): UsageReading;
  /** `stripUsage`: we asked for the usage chunk, the client did not. */
  readStream(
    route: Route,
    options: { stripUsage: boolean; query: URLSearchParams; facts?: AnswerFacts },
  ): StreamReader;
  /** Changes addresses of the provider's in answers about deferred work, so that SDKs go on asking us. */
  editAnswer?(text: string): string;
  /** For routes that create a file. */
  readonly uploads?: UploadRules;
  /** null: this route's work is answered at once. */
  later?(route: Route): LaterWork | null;
  /** The body of an error in the provider's own words, so that its SDK raises its own error. */
  errorBody(words: ErrorWords): Readonly<Record<string, unknown>>;
}
