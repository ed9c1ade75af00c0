/** Signing in to the dashboard and out of it, and links that sign a customer in. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { portalSession, portalSessionIn, session, signedOut, signInBody } from "../sessions.ts";

const SIGN_IN = { tag: "sign-in" } as const;

export const signIn = endpoint({
  ...SIGN_IN,
  audience: "public",
  method: "POST",
  path: "/api/session",
  summary: "Exchanges a key, or a portal link's token, for a session cookie",
  description:
    "The cookie is HttpOnly. Requests that change something with it need the header `x-purser-page: 1`, this one too.",
  query: noQuery,
  body: signInBody,
  answer: session,
  errors: ["unauthenticated", "forbidden", "too_many_requests"],
  examples: { body: { key: "purser_customer_…" } },
});

export const whoAmI = endpoint({
  ...SIGN_IN,
  audience: "customer",
  method: "GET",
  path: "/api/session",
  summary: "Who is signed in",
  query: noQuery,
  body: noBody,
  answer: session,
});

export const signOut = endpoint({
  ...SIGN_IN,
  audience: "public",
  method: "DELETE",
  path: "/api/session",
  summary: "Ends the session of the cookie",
  query: noQuery,
  body: noBody,
  answer: signedOut,
  errors: ["forbidden"],
});

export const createPortalSession = endpoint({
  ...SIGN_IN,
  audience: "service",
  method: "POST",
  path: "/api/admin/customers/:id/portal-session",
  summary: "A short-lived link that signs that customer in to their dashboard, once",
  query: noQuery,
  body: portalSessionIn,
  answer: portalSession,
  status: 201,
  errors: ["not_found"],
  examples: { body: { return_url: "https://app.example.com/settings", ttl_seconds: 300 } },
});
