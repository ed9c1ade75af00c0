/** Settings of what goes out to people and programs: mail, links, and receivers in the operator's own network. */
import { ConfigError, checkUrl, type Environment, listed, text } from "./read-setting.ts";

export interface NoticeSettings {
  /** `smtp://user:password@host:port` or `smtps://…`: never to be shown. null: no mail is sent. */
  readonly smtpUrl: string | null;
  /** Whom mails are from: `Purser <alerts@example.com>`; null exactly where `smtpUrl` is. */
  readonly mailFrom: string | null;
  /** Where browsers reach this server, without a slash at the end: links in mails begin with it. */
  readonly publicUrl: string;
  /** `host` or `host:port` of receivers that may be inside the operator's own network. */
  readonly privateReceivers: readonly string[];
}

export function readNoticeSettings(
  env: Environment,
  listening: { readonly host: string; readonly port: number },
): NoticeSettings {
  const smtpUrl = text(env, "PURSER_SMTP_URL") ?? null;
  if (smtpUrl !== null) checkSmtpUrl(smtpUrl);
  return {
    smtpUrl,
    mailFrom: smtpUrl === null ? null : mailFrom(env),
    publicUrl: publicUrl(env, listening),
    privateReceivers: privateReceivers(env),
  };
}

/** What is wrong is said without the value: there may be a password in it. */
function checkSmtpUrl(value: string): void {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    throw new ConfigError(
      "PURSER_SMTP_URL",
      "must be such as smtps://user:password@mail.example.com:465 (signs like @ or / in the password written as %40, %2F), or be left out: then no mail is sent.",
    );
  }
}

function mailFrom(env: Environment): string {
  const value = text(env, "PURSER_MAIL_FROM");
  const example = "must be the address that mails are from, such as Acme <alerts@example.com>";
  if (value === undefined) {
    throw new ConfigError("PURSER_MAIL_FROM", `${example}; PURSER_SMTP_URL needs it.`);
  }
  if (!/^(?:[^<>@\r\n]{1,100} <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/.test(value)) {
    throw new ConfigError("PURSER_MAIL_FROM", `${example}, not "${value}".`);
  }
  return value;
}

function publicUrl(env: Environment, { host, port }: { host: string; port: number }): string {
  const setting = "PURSER_PUBLIC_URL";
  const value = text(env, setting);
  if (value === undefined) {
    const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
    return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
  }
  checkUrl(value, setting, ["http:", "https:"]);
  return value.replace(/\/+$/, "");
}

function privateReceivers(env: Environment): readonly string[] {
  const setting = "PURSER_PRIVATE_RECEIVERS";
  const hosts = listed(env, setting).map((host) => host.toLowerCase());
  for (const host of hosts) {
    if (!/^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/.test(host)) {
      throw new ConfigError(
        setting,
        `must be hosts such as hooks.internal or 127.0.0.1:9000, not "${host}".`,
      );
    }
  }
  return hosts;
}
