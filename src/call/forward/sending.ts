/** Makes the request that a provider gets: the client's own, with the operator's credential. */
import { AppError } from "../../core/errors.ts";
import type { RequestEdits } from "../../providers/dialect.ts";
import type { CallPorts, CallRequest, Upstream } from "../call.ts";
import type { Sending } from "./exchange.ts";
import { poolOf } from "./upstream-pool.ts";

/** Throws `provider_failed` where the settings lack the provider's credential. */
export function upstreamOf(request: CallRequest, ports: Pick<CallPorts, "upstream">): Upstream {
  const { dialect } = request;
  const upstream = ports.upstream(dialect.provider);
  const isOptional = dialect.credentialOptional === true;
  if (upstream !== null && (upstream.credential !== null || isOptional)) return upstream;
  throw new AppError(
    "provider_failed",
    `${dialect.title} is not set up here. The operator must set ${dialect.credentialSetting}.`,
    { setting: dialect.credentialSetting },
  );
}

export function sendingOf(request: CallRequest, upstream: Upstream, body: Uint8Array): Sending {
  const { form } = request;
  const { pool, pathPrefix } = poolOf(upstream.baseUrl);
  const query = request.query.size === 0 ? "" : `?${request.query}`;
  return {
    pool,
    method: request.route.method,
    path: `${pathPrefix}${request.path}${query}`,
    headers: headersOf(request, upstream),
    body: form === undefined ? (body.length === 0 ? null : body) : () => form.open(),
  };
}

/** Splices edits into the body only where there are any; rejects as the dialect does. A form goes as it came. */
export function editedBody(
  request: CallRequest,
  edits: RequestEdits,
  ports: Pick<CallPorts, "editRequest">,
): Uint8Array | Promise<Uint8Array> {
  const any = edits.outputTokens !== undefined || edits.askUsage === true;
  return any && request.form === undefined ? ports.editRequest(request, edits) : request.body;
}

/** Why nothing was sent: an AppError says so itself, all else means that the provider cannot be reached. */
export function unsentError({ dialect }: CallRequest, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(
    "provider_failed",
    `${dialect.title} could not be reached, so the call was not made and nothing was charged.`,
    {},
    { cause },
  );
}

function headersOf(request: CallRequest, upstream: Upstream): string[] {
  const headers = ["accept-encoding", "identity"];
  // A form is read from where it is kept, so its length must be said.
  if (request.form !== undefined) headers.push("content-length", String(request.form.bytes));
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers.push(name, value);
  }
  const credential = request.dialect.credentialHeaders(upstream.credential ?? "", request.route);
  for (const name in credential) {
    const value = credential[name];
    if (value !== undefined) headers.push(name, value);
  }
  return headers;
}
