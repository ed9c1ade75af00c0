/** The typed client of the REST API, for Node and for browsers: one method for each thing to ask. */
import { adminMethods } from "./admin-methods.ts";
import { alertMethods } from "./alert-methods.ts";
import {
  type AskOptions,
  askEndpoint,
  type Call,
  type Open,
  openEndpoint,
} from "./ask-endpoint.ts";
import { callMethods } from "./call-methods.ts";
import { customerMethods } from "./customer-methods.ts";
import { keyMethods } from "./key-methods.ts";
import { logMethods } from "./log-methods.ts";
import { subscriptionMethods } from "./subscription-methods.ts";
import { fetchTransport, type Transport } from "./transport.ts";

export interface ClientOptions {
  /** Where Purser is, e.g. `http://127.0.0.1:8787`. */
  readonly baseUrl?: string;
  /** A customer's, service or admin key; left out: only what is public. */
  readonly key?: string;
  /** Whom a service or admin key acts for, where a path names nobody. */
  readonly customer?: string;
  /** How long to wait for an answer; left out: 30 seconds. */
  readonly timeoutMs?: number;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
  /** In place of HTTP with `fetch`, e.g. through a Unix socket. */
  readonly transport?: Transport;
}

export type PurserClient = ReturnType<typeof createClient>;

const TIMEOUT_MS = 30_000;

/** Every method throws PurserError where Purser refuses, does not answer in time, or cannot be reached. */
export function createClient(options: ClientOptions) {
  const asking = askOptionsOf(options);
  const call: Call = (endpoint, ...sent) => askEndpoint(asking, endpoint, ...sent);
  const open: Open = (endpoint, ...sent) => openEndpoint(asking, endpoint, ...sent);
  return {
    call,
    open,
    ...customerMethods(call),
    ...logMethods(call, open),
    ...alertMethods(call),
    ...keyMethods(call),
    ...subscriptionMethods(call),
    ...callMethods(call),
    admin: adminMethods(call, open),
  };
}

function askOptionsOf(options: ClientOptions): AskOptions {
  const { baseUrl = "", key, customer, timeoutMs = TIMEOUT_MS } = options;
  return {
    transport: options.transport ?? fetchTransport(baseUrl, options.fetch),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(customer === undefined ? {} : { "x-purser-customer": headerText(customer) }),
    },
    timeoutMs,
  };
}

/** A header holds bytes; `fetch` takes each as one character. */
function headerText(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
