/** Signs people in to the dashboard and out of it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../access/callers.ts";
import type { Session } from "../../access/sessions.ts";
import { createThrottle } from "../../access/throttle.ts";
import { readUserId } from "../../access/user-id.ts";
import { AppError } from "../../core/errors.ts";
import { formatInstant, SECOND_MS } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import type { BodyOf } from "../contract/endpoint.ts";
import { createPortalSession, signIn, signOut, whoAmI } from "../contract/endpoints/sessions.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectToCharge } from "../subject.ts";
import { principalOf, refuseOtherPages, SESSION_COOKIE } from "../who-asks.ts";

/** Of one address that fails. */
const FAILED_SIGN_INS = { burst: 10, perSecond: 0.1 };

export function sessionRoutes(app: Api, ports: ApiPorts): void {
  const failures = createThrottle(FAILED_SIGN_INS);
  serve(app, signIn, async ({ body, request, reply }) => {
    refuseOtherPages(request);
    try {
      const begun = await beginSession(ports, body);
      setCookie(request, reply, begun.token, begun.expiresAt - Date.now());
      const shown = await shownSession(ports, begun.principal, begun);
      return begun.returnUrl === null ? shown : { ...shown, return_url: begun.returnUrl };
    } catch (cause) {
      const isFailure = cause instanceof AppError && cause.code === "unauthenticated";
      if (isFailure && !failures.take(request.ip, performance.now())) {
        throw new AppError(
          "too_many_requests",
          "Too many sign-ins failed from this address. Wait a minute.",
          { retry_after_seconds: 60 },
        );
      }
      throw cause;
    }
  });
  serve(app, whoAmI, async ({ request }) => {
    const token =
      request.headers.authorization === undefined ? request.cookies[SESSION_COOKIE] : undefined;
    const session = token === undefined ? null : await ports.sessions.find(token);
    return shownSession(ports, principalOf(request), session);
  });
  serve(app, signOut, async ({ request, reply }) => {
    refuseOtherPages(request);
    const token = request.cookies[SESSION_COOKIE];
    if (token !== undefined) await ports.sessions.end(token);
    setCookie(request, reply, "", 0);
    return { signed_out: true as const };
  });
  serve(app, createPortalSession, async ({ params, body, request }) => {
    const asker = principalOf(request);
    const userId = readUserId(params.id, "id");
    const customer =
      asker.kind === "service"
        ? await subjectToCharge(request, ports, userId)
        : await ports.customers.find(userId);
    if (customer === null) throw new AppError("not_found", "There is no customer with this id.");
    const { token, expiresAt } = await ports.sessions.makeLink({
      customer,
      returnUrl: body.return_url ?? null,
      ttlMs: body.ttl_seconds * SECOND_MS,
      actor: asker.actor,
    });
    // Behind the #, so that it is in no log of a server or proxy on the way.
    return { url: `${ports.publicUrl}/portal#${token}`, expires_at: formatInstant(expiresAt) };
  });
}

async function beginSession(ports: ApiPorts, { key, portal_token }: BodyOf<typeof signIn>) {
  if (portal_token !== undefined) return ports.sessions.beginByLink(portal_token);
  const credential = key ?? "";
  const principal = await ports.callers.principalOf(credential);
  return { ...(await ports.sessions.begin(principal, credential)), returnUrl: null };
}

async function shownSession(
  ports: ApiPorts,
  principal: Principal,
  session: Pick<Session, "expiresAt"> | null,
) {
  const shown = {
    ...(session === null ? {} : { expires_at: formatInstant(session.expiresAt) }),
    tags: [...ports.declaredTags],
    version: ports.version,
    demo: ports.isDemo,
    test_clock: ports.setClock !== null,
  };
  if (principal.kind !== "customer") return { kind: principal.kind, ...shown };
  const name = (await ports.customers.find(principal.userId))?.name;
  const { userId: user_id } = principal;
  return { kind: "customer" as const, user_id, ...(name === undefined ? {} : { name }), ...shown };
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  lastsMs: number,
): void {
  reply.setCookie(SESSION_COOKIE, token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: request.protocol === "https",
    maxAge: Math.floor(lastsMs / SECOND_MS),
  });
}
