/** Connects to a receiver at the addresses that were checked and at no other, and lets go of it in whatever state it is. */
import { connect as connectBare, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { buildConnector } from "undici";
import type { ResolvedAddress } from "./safe-address.ts";

export interface Connecting {
  /** As undici's Client takes it. */
  readonly connect: buildConnector.connector;
  /** undici leaves a connection that is only being made to itself, so the socket is ours to destroy. */
  end(): void;
}

/** Of several addresses of a name, the next is tried after so long; Node's quarter of a second is too short far away. */
const NEXT_ADDRESS_MS = 2_000;

/** Has no time limit of its own. */
export function connectingTo(url: URL, addresses: readonly ResolvedAddress[]): Connecting {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isSecure = url.protocol === "https:";
  const to = {
    host,
    port: Number(url.port || (isSecure ? 443 : 80)),
    lookup: alwaysThese(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    noDelay: true,
  };
  let socket: Socket | null = null;
  return {
    connect(_options, tell) {
      // An address is no server name; its certificate must name the address itself.
      const named = isIP(host) === 0 ? { servername: host.replace(/\.$/, "") } : {};
      const made: Socket = isSecure
        ? connectSecurely({ ...to, ...named, ALPNProtocols: ["http/1.1"] })
        : connectBare(to);
      socket = made;
      made.once("error", fail);
      made.once(isSecure ? "secureConnect" : "connect", () => {
        made.off("error", fail);
        tell(null, made);
      });
      function fail(cause: Error): void {
        tell(cause, null);
      }
    },
    end() {
      // Whoever destroys it wants to hear no more of it.
      socket?.on("error", () => {});
      socket?.destroy();
    },
  };
}

/** What was checked is what is connected to: the name is not asked again, so it cannot lead elsewhere meanwhile. */
function alwaysThese(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, options, tell) => {
    const [first] = addresses;
    if (options.all === true) tell(null, [...addresses]);
    else if (first !== undefined) tell(null, first.address, first.family);
  };
}
