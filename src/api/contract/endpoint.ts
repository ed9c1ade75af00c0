/** One endpoint of the REST API as a value: the routes serve it, the client calls it, the reference describes it. */
import type { z } from "zod";
import type { ErrorCode } from "../../core/errors.ts";

/** `public`: anybody. `customer`: a customer for themself, a service or admin key for anybody. `service`: those two only. */
export type Audience = "public" | "customer" | "service" | "admin";

export const TAGS = [
  "plans",
  "usage",
  "subscriptions",
  "alerts",
  "keys",
  "calls",
  "sign-in",
  "health",
  "monitoring",
  "admin",
] as const;

/** The names after a colon in a path, each a piece of text. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [Key in Name]: string } & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [Key in Name]: string }
    : unknown;

export interface Endpoint<
  Path extends string = string,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As Fastify writes it, e.g. `/api/subscription/usage/:user_id`. */
  readonly path: Path;
  readonly audience: Audience;
  readonly tag: (typeof TAGS)[number];
  /** One line for the reference: what it does, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly query: Query;
  /** `noBody` where nothing is sent. */
  readonly body: Body;
  /** What `data` holds; where the answer is bare, all of it. */
  readonly answer: Answer;
  readonly bare: boolean;
  readonly status: 200 | 201;
  readonly bodyBytesMax?: number;
  /** What the answer may be in; JSON unless it says otherwise. Anything else the handler sends itself, by `reply`. */
  readonly contentTypes: readonly ContentType[];
  /** Codes that this endpoint fails with, beyond those that follow from its audience, path and body. */
  readonly errors: readonly ErrorCode[];
  /** For the reference; `answer` without the envelope. */
  readonly examples: { readonly body?: unknown; readonly answer?: unknown };
}

export type ContentType =
  | "application/json"
  | "application/x-ndjson"
  | "application/gzip"
  | "text/csv"
  | "text/event-stream"
  | "text/html"
  | "text/plain";

type Optional =
  | "bare"
  | "status"
  | "description"
  | "bodyBytesMax"
  | "contentTypes"
  | "errors"
  | "examples";

/** Describes an endpoint. Its answer is `{ success: true, data }` with status 200 unless it says otherwise. */
export function endpoint<
  const Path extends string,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  of: Omit<Endpoint<Path, Query, Body, Answer>, Optional> &
    Partial<Pick<Endpoint<Path, Query, Body, Answer>, Optional>>,
): Endpoint<Path, Query, Body, Answer> {
  const usual = { bare: false, status: 200, contentTypes: ["application/json"] } as const;
  return { ...usual, errors: [], examples: {}, ...of };
}

/** The names after a colon in a path, in order. */
export function paramNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
}

export type QueryOf<One extends Endpoint> = z.output<One["query"]>;
export type BodyOf<One extends Endpoint> = z.output<One["body"]>;
/** What a handler gives back, before the schema writes it. */
export type AnswerOf<One extends Endpoint> = z.input<One["answer"]>;
/** What a caller sends, before the schemas fill in what was left out. */
export type QueryIn<One extends Endpoint> = z.input<One["query"]>;
export type BodyIn<One extends Endpoint> = z.input<One["body"]>;
