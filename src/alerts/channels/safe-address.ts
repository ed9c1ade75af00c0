/** Keeps webhooks out of the operator's own network: which addresses of receivers are asked, and which are refused. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { invalidField } from "../../core/errors.ts";
import { hostOf, isPrivateReceiver } from "./private-receivers.ts";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name; throws where there are none. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>;

export type SafeAddress =
  /** Connect to one of these and to nothing else. */
  | { readonly kind: "safe"; readonly url: URL; readonly addresses: readonly ResolvedAddress[] }
  /** `reason` is a sentence without the address's path, query and secrets. */
  | { readonly kind: "refused"; readonly reason: string };

const URL_LENGTH_MOST = 2_000;

/** What is unicast in IPv6 and routed between networks at all: anything outside is somebody's own. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Checks a receiver's address before it is kept. Refuses (`invalid_request`, field `url`) what could never be asked: no
 * URL, no http or https, with a password, inside the operator's own network, or without TLS. Names are resolved only
 * when something is sent, each time anew.
 */
export function checkReceiverUrl(url: string, privateReceivers: readonly string[]): void {
  const checked = checkForm(url, privateReceivers);
  if (typeof checked === "string") throw invalidField("url", checked);
}

/**
 * Resolves a receiver's name, once, and checks every address that it has. Throws only what `resolve` throws: a name that
 * is not there, or no name server.
 */
export async function safeAddress(
  address: string,
  { privateReceivers, resolve }: { privateReceivers: readonly string[]; resolve: Lookup },
): Promise<SafeAddress> {
  const url = checkForm(address, privateReceivers);
  if (typeof url === "string") return { kind: "refused", reason: `The address ${url}` };
  const addresses = await addressesOf(url, resolve);
  // One public address beside a private one is how a check is to be got past, so every one must be public.
  const inside = isPrivateReceiver(url, privateReceivers)
    ? undefined
    : addresses.find((one) => !isPublic(one.address));
  if (inside === undefined) return { kind: "safe", url, addresses };
  return { kind: "refused", reason: `The address ${insideWords(url)}` };
}

/** Names of the system, resolved as any program here resolves them. */
export const systemLookup: Lookup = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** The URL, or what is wrong with it, as the end of a sentence. */
function checkForm(text: string, privateReceivers: readonly string[]): URL | string {
  const url = text.length <= URL_LENGTH_MOST && URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    return `must be a URL such as https://hooks.example.com/purser, of at most ${URL_LENGTH_MOST} characters.`;
  }
  if (!["https:", "http:"].includes(url.protocol) || hostOf(url) === "") {
    return "must begin with https://.";
  }
  if (url.username !== "" || url.password !== "") {
    return "must not hold a user name or password; receivers know us by our signature.";
  }
  if (isPrivateReceiver(url, privateReceivers)) return url;
  if (isNamedInside(hostOf(url))) return insideWords(url);
  if (url.protocol === "http:") {
    return `must begin with https://: without TLS only receivers inside your own network may be asked, and only those that PURSER_PRIVATE_RECEIVERS names (${url.host}).`;
  }
  return url;
}

function insideWords(url: URL): string {
  return `is inside your own network, or leads there; if that is meant, put ${url.host} into the setting PURSER_PRIVATE_RECEIVERS.`;
}

/** What needs no name server to be known as private. */
function isNamedInside(host: string): boolean {
  const literal = literalOf(host);
  if (literal !== null) return !isPublic(literal);
  return host === "localhost" || host.endsWith(".localhost");
}

async function addressesOf(url: URL, resolve: Lookup): Promise<readonly ResolvedAddress[]> {
  const literal = literalOf(hostOf(url));
  if (literal !== null) return [{ address: literal, family: isIP(literal) === 6 ? 6 : 4 }];
  const found = await resolve(hostOf(url));
  if (found.length === 0) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
  return found;
}

/** The IP address that the host is, without brackets; null for a name. */
function literalOf(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? null : bare;
}

/** Public and of one machine; what carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is none of it. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_IPV6);
}
