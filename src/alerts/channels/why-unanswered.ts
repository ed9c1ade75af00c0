/** Says why a receiver gave no answer, as a sentence for the operator. */
import { errors } from "undici";

export interface Unanswered {
  readonly host: string;
  readonly seconds: number;
  /** The time limit ended it. */
  readonly isLate: boolean;
}

const SENTENCES: Readonly<Record<string, (host: string) => string>> = {
  ENOTFOUND: (host) => `The name ${host} was not found.`,
  EAI_NODATA: (host) => `The name ${host} has no address.`,
  EAI_AGAIN: (host) => `The name ${host} could not be looked up just now.`,
  ECONNREFUSED: (host) => `${host} refused the connection.`,
  EHOSTUNREACH: (host) => `${host} cannot be reached from here.`,
  ENETUNREACH: (host) => `${host} cannot be reached from here.`,
  ECONNRESET: (host) => `${host} closed the connection before it had answered.`,
  EPIPE: (host) => `${host} closed the connection before it had answered.`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection before it had answered.`,
  UND_ERR_HEADERS_OVERFLOW: (host) => `${host} answered with headers that are too long.`,
  EPROTO: (host) => `${host} does not speak TLS as it should.`,
};

const LATE_CODES = ["ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"];
const CERTIFICATE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;

/** Throws what is no error of the network: that is a fault of ours. */
export function whyUnanswered(cause: unknown, { host, seconds, isLate }: Unanswered): string {
  if (isLate) return `${host} did not answer within ${seconds} seconds.`;
  // Its parser gives no code to what is no HTTP at all.
  if (cause instanceof errors.HTTPParserError) return `${host} does not answer in HTTP.`;
  const code = codeOf(cause);
  if (code === null || code === "UND_ERR_INVALID_ARG") throw cause;
  if (LATE_CODES.includes(code)) return `${host} could not be reached within ${seconds} seconds.`;
  if (CERTIFICATE.test(code)) return `The certificate of ${host} is not valid (${code}).`;
  if (code.startsWith("ERR_SSL_")) return `${host} does not speak TLS as it should.`;
  return SENTENCES[code]?.(host) ?? `${host} could not be asked (${code}).`;
}

/** Of several addresses tried, the first one's error. */
function codeOf(cause: unknown): string | null {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return typeof code === "string" ? code : null;
}
