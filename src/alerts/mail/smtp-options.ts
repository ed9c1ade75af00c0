/** How to speak to the server of PURSER_SMTP_URL: where, with TLS or without, signed in as whom. */
import type { SMTPPoolOptions } from "nodemailer";

/** How long each step may take, in milliseconds. */
export interface MailTimeouts {
  readonly connectionMs: number;
  readonly greetingMs: number;
  /** Of silence. */
  readonly socketMs: number;
  /** The whole attempt: rendering, connecting, sending. */
  readonly attemptMs: number;
}

export const MAIL_TIMEOUTS: MailTimeouts = {
  connectionMs: 10_000,
  greetingMs: 10_000,
  socketMs: 20_000,
  attemptMs: 30_000,
};

const MAILS_PER_CONNECTION_MOST = 100;
/** Between two mails; after that the connection is closed until there is work again. */
const IDLE_MS_MOST = 10_000;
const PORT = { "smtp:": 587, "smtps:": 465 };
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i;

/**
 * Of `smtp://user:password@host:port` (STARTTLS where it is offered) or `smtps://…`. A password goes over the network
 * encrypted or not at all, unless the URL says `?requireTLS=false`; `?ignoreTLS=true` never asks for STARTTLS, and
 * `?tls.rejectUnauthorized=false` takes a certificate that nobody vouches for.
 */
export function smtpOptions(smtpUrl: string, timeouts: MailTimeouts): SMTPPoolOptions {
  const url = new URL(smtpUrl);
  const isSecure = url.protocol === "smtps:";
  const says = (name: string): boolean | undefined => {
    const value = url.searchParams.get(name);
    return value === null ? undefined : value === "true";
  };
  const hasPassword = url.password !== "";
  const ignoresTls = says("ignoreTLS") ?? false;
  const needsTls = hasPassword && !isSecure && !ignoresTls && !LOOPBACK.test(url.hostname);
  return {
    // One at a time, so that a kill repeats one mail at most.
    maxConnections: 1,
    maxMessages: MAILS_PER_CONNECTION_MOST,
    // Only where the server had hung up before a byte of the mail went out.
    maxRequeues: 1,
    idleTimeout: IDLE_MS_MOST,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? PORT[isSecure ? "smtps:" : "smtp:"] : Number(url.port),
    secure: isSecure,
    requireTLS: says("requireTLS") ?? needsTls,
    ignoreTLS: ignoresTls,
    tls: { rejectUnauthorized: says("tls.rejectUnauthorized") ?? true },
    ...(url.username === "" && !hasPassword
      ? {}
      : { auth: { user: decoded(url.username), pass: decoded(url.password) } }),
    connectionTimeout: timeouts.connectionMs,
    dnsTimeout: timeouts.connectionMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.socketMs,
    socketCloseTimeout: 0,
    // What a mail holds comes from us alone.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Part of a URL as it was meant; a lone % stands for itself. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
