/** HTTP in front of the metered call: any provider's SDK, pointed at us, on bare `node:http`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallOutcome, CallRequest } from "../call/call.ts";
import { runCall } from "../call/run-call.ts";
import { runFree } from "../call/run-free.ts";
import { AppError } from "../core/errors.ts";
import { findRoute } from "../providers/all.ts";
import type { Route } from "../providers/dialect.ts";
import { type Address, addressesOf } from "./address.ts";
import { answerPreflight, corsHeaders } from "./cors.ts";
import { HttpReply } from "./http-reply.ts";
import type { GatewayPorts } from "./ports.ts";
import { readTags, TAGS_HEADER } from "./read-tags.ts";
import { sendError, sendRefusal } from "./refusals.ts";
import { ClientGone, checkBodyHead, discardRest, readBody, readForm } from "./request-body.ts";
import { passedHeaders, takeCredential } from "./request-head.ts";
import { RunningCalls } from "./running-calls.ts";

export interface Gateway {
  /** Is this URL the gateway's, rather than the API's or a page's? */
  takes(url: string): boolean;
  /** Takes a request whose URL it `takes`. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** From now on new calls are refused with 503; those that run go on. */
  beginDrain(): void;
  /** Resolves when no call runs; after `deadlineMs` those that do are let go of, and settled as cut off. */
  drained(deadlineMs: number): Promise<void>;
  /** How many calls run now. */
  readonly running: number;
}

export function createGateway(ports: GatewayPorts): Gateway {
  const calls = new RunningCalls();
  const addresses = addressesOf(ports.dialects);
  return {
    takes: addresses.has,
    handle(request, response) {
      const cors = corsHeaders(request.headers.origin, ports.corsOrigins);
      const address = addresses.read(request.url ?? "");
      if (request.method === "OPTIONS") return answerPreflight(request, response, cors);
      if (address === null) return void response.writeHead(404).end();
      const reply = new HttpReply(response, cors);
      const startedAt = performance.now();
      calls.begin(reply);
      const answered = answer({ request, address, reply, draining: calls.draining }, ports);
      // `answer` rejects only where even saying so failed: the connection is all that is left to end.
      void answered
        .catch((cause) => giveUp(cause, reply))
        .then((endpoint) => {
          calls.end(reply);
          ports.finished?.({
            provider: address.dialect.provider,
            method: request.method ?? "",
            endpoint,
            statusCode: response.headersSent ? response.statusCode : CLIENT_LEFT,
            durationMs: performance.now() - startedAt,
          });
        });
    },
    beginDrain() {
      calls.draining = true;
    },
    drained: (deadlineMs) => calls.drained(deadlineMs),
    get running() {
      return calls.count;
    },
  };

  function giveUp(cause: unknown, reply: HttpReply): null {
    ports.fault(cause, "answering a call");
    reply.abandon();
    return null;
  }
}

/** As nginx writes a client that hung up. */
const CLIENT_LEFT = 499;

interface Arrived {
  readonly request: IncomingMessage;
  readonly address: Address;
  readonly reply: HttpReply;
  readonly draining: boolean;
}

/** Resolves with the endpoint that was asked; null: it was not found out. */
async function answer(arrived: Arrived, ports: GatewayPorts): Promise<string | null> {
  let call: CallRequest | null = null;
  try {
    call = await readCall(arrived, ports);
    if (call.route.kind === "free") await runFree(call, arrived.reply, ports);
    else report(call, await runCall(call, arrived.reply, ports), arrived.reply, ports);
  } catch (cause) {
    if (!(cause instanceof ClientGone)) fail(arrived, cause, ports);
  } finally {
    await call?.form?.close();
  }
  return call?.route.endpoint ?? null;
}

async function readCall(arrived: Arrived, ports: GatewayPorts): Promise<CallRequest> {
  const { request, address } = arrived;
  const { dialect, path, query } = address;
  if (arrived.draining) {
    throw new AppError("starting", "This server is being restarted. Send the call again shortly.");
  }
  const route = routeOf(request, address);
  const credential = takeCredential(request.headers, query);
  if (credential === null) {
    throw new AppError(
      "unauthenticated",
      `No key was sent. Put a Purser key where the ${dialect.title} SDK takes its API key.`,
    );
  }
  const tags = readTags(request.headers[TAGS_HEADER]);
  const kind = route.method === "POST" ? checkBodyHead(request, route) : null;
  const named = request.headers["x-purser-customer"];
  const actsFor = typeof named === "string" ? named : null;
  // A form may be large, so nobody's is kept but a customer's.
  if (kind === "form") await ports.callers.find(credential, actsFor);
  return {
    dialect,
    route,
    path,
    query,
    credential,
    actsFor,
    ...(tags === null ? {} : { tags }),
    headers: passedHeaders(request.headers, dialect),
    body: kind === "json" ? await readBody(request) : new Uint8Array(),
    ...(kind === "form" ? { form: await readForm(request) } : {}),
    source: "gateway",
  };
}

/** Throws `not_implemented` for WebSockets, `operation_not_offered` for what is not in the provider's table. */
function routeOf(request: IncomingMessage, { dialect, path }: Address): Route {
  if (request.headers.upgrade?.toLowerCase() === "websocket") {
    throw new AppError("not_implemented", "WebSocket calls are not offered. Use HTTP.");
  }
  const route = findRoute(dialect, request.method ?? "", path);
  if (route !== null) return route;
  throw new AppError(
    "operation_not_offered",
    `${request.method} ${path} of ${dialect.title} is not offered here.`,
    { provider: dialect.provider },
  );
}

/** An answered call has its answer already; the others have sent nothing yet. */
function report(
  request: CallRequest,
  outcome: CallOutcome,
  reply: HttpReply,
  ports: GatewayPorts,
): void {
  const { dialect } = request;
  switch (outcome.kind) {
    case "answered":
      return;
    case "unsent": {
      const error = new AppError(outcome.code, outcome.message);
      ports.failed?.({ provider: dialect.provider, code: error.code });
      sendError(reply, { dialect, error, requestId: outcome.id, close: false });
      return;
    }
    case "refused":
      sendRefusal(reply, {
        request,
        denial: outcome.denial,
        model: outcome.model,
        requestId: outcome.id,
        upgrade: ports.describeDenial(outcome.denial, request),
      });
  }
}

function fail({ request, address, reply, draining }: Arrived, cause: unknown, ports: GatewayPorts) {
  const known = cause instanceof AppError;
  if (!known || cause.cause !== undefined) ports.fault(cause, "answering a call");
  // Half an answer cannot be turned into an error any more.
  if (reply.started) return reply.abandon();
  const error = known
    ? cause
    : new AppError("internal", "Something broke here. Try again shortly.");
  const { dialect } = address;
  ports.failed?.({ provider: dialect.provider, code: error.code });
  sendError(reply, { dialect, error, requestId: ports.newCallId(), close: draining });
  discardRest(request);
}
