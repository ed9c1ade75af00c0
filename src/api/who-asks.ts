/** Decides, before anything else of a request is read, who asks and whether they may. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Principal, unauthenticated } from "../access/callers.ts";
import { createThrottle } from "../access/throttle.ts";
import { readUserIdHeader } from "../access/user-id.ts";
import { AppError } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import type { Audience } from "./contract/endpoint.ts";
import type { ApiPorts } from "./ports.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    audience?: Audience;
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    principal: Principal | null;
  }
}

/** Only failures count, so a good key is never slowed down by somebody else behind the same address. */
const FAILURES = { burst: 60, perSecond: 1 };
/** Of one customer's key. Dashboards poll; nobody who reads their usage needs more. */
const CUSTOMER_REQUESTS = { burst: 1_000, perSecond: 50 };

export const SESSION_COOKIE = "purser_session";
const PAGE_HEADER = "x-purser-page";
const CUSTOMER_HEADER = "x-purser-customer";

export function authenticateRequests(app: FastifyInstance, ports: ApiPorts): void {
  const failures = createThrottle(FAILURES);
  const customers = createThrottle(CUSTOMER_REQUESTS);

  const principalOf = async (request: FastifyRequest): Promise<Principal> => {
    try {
      return await askerOf(request, ports);
    } catch (cause) {
      const isFailure = cause instanceof AppError && cause.code === "unauthenticated";
      if (isFailure && !failures.take(request.ip, performance.now())) {
        throw tooMany("Too many requests without a valid key came from this address.");
      }
      throw cause;
    }
  };

  app.decorateRequest("principal", null);
  app.addHook("onRequest", async (request) => {
    const audience = request.routeOptions.config.audience ?? "public";
    if (audience === "public") return forbidOthersOnPublic(request, ports);
    const principal = await principalOf(request);
    request.principal = principal;
    if (principal.kind === "customer") {
      if (!customers.take(principal.keyId ?? principal.customerId, performance.now())) {
        throw tooMany("Too many requests were made with this key.");
      }
      forbidOthers(request, principal.userId);
    }
    forbidKind(audience, principal);
  });
}

/** By the key that was sent, else by the session of the browser's cookie. Throws `unauthenticated`. */
export async function askerOf(
  request: FastifyRequest,
  { isLocalSocket, callers, sessions }: Pick<ApiPorts, "isLocalSocket" | "callers" | "sessions">,
): Promise<Principal> {
  if (isLocalSocket(request.raw)) return { kind: "admin", actor: "socket" };
  const credential = bearerOf(request);
  const token = credential === null ? request.cookies[SESSION_COOKIE] : undefined;
  if (token === undefined) return callers.principalOf(credential);
  refuseOtherPages(request);
  return (await sessions.find(token)).principal;
}

/** A browser sends its cookie whoever made it ask; this header only a page of ours can send. */
export function refuseOtherPages(request: FastifyRequest): void {
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (isReading || request.headers[PAGE_HEADER] !== undefined) return;
  throw new AppError(
    "forbidden",
    `Requests that change something by a session need the header ${PAGE_HEADER}: 1, which only this server's own pages send.`,
  );
}

/** The principal of a route that is not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw unauthenticated("Send a Purser key.");
  return request.principal;
}

/** The user id that a service or admin key names in the header; null where there is none. */
export function headerUserId(request: FastifyRequest): UserId | null {
  const header = request.headers[CUSTOMER_HEADER];
  return typeof header === "string" && header !== ""
    ? readUserIdHeader(header, CUSTOMER_HEADER)
    : null;
}

/** The key that was sent; null where none was. Throws `unauthenticated` where the header is none of ours. */
function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "");
  if (match?.[1] !== undefined) return match[1];
  if (request.headers.authorization === undefined) return null;
  throw unauthenticated("The header must read `Authorization: Bearer` and a Purser key.");
}

/** One answer for every other customer, there or not, so that nobody can find out who is a customer. */
function forbidOthers(request: FastifyRequest, own: UserId): void {
  const params = request.params as { user_id?: string };
  const { user_id: asked } = request.query as { user_id?: string | string[] };
  const named = [params.user_id ?? own, ...(asked === undefined ? [] : [asked].flat())];
  const header = headerUserId(request);
  if (header !== null) named.push(header);
  if (named.some((userId) => userId !== own)) {
    throw new AppError("forbidden", "A customer's key reads and changes that customer only.");
  }
}

/** On a public page a key is not needed and a bad one does no harm, but another's id is refused all the same. */
async function forbidOthersOnPublic(request: FastifyRequest, ports: ApiPorts): Promise<void> {
  const { user_id: asked } = request.query as { user_id?: string };
  if (asked === undefined || request.headers.authorization === undefined) return;
  let principal: Principal;
  try {
    principal = await ports.callers.principalOf(bearerOf(request));
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "unauthenticated") return;
    throw cause;
  }
  if (principal.kind === "customer") forbidOthers(request, principal.userId);
}

function forbidKind(audience: Audience, principal: Principal): void {
  if (audience === "admin" && principal.kind !== "admin") {
    throw new AppError("forbidden", "Only an admin key may do this.");
  }
  if (audience === "service" && principal.kind === "customer") {
    throw new AppError("forbidden", "Only a service or admin key may do this.");
  }
}

function tooMany(message: string): AppError {
  return new AppError("too_many_requests", `${message} Wait a little.`, { retry_after_seconds: 5 });
}
