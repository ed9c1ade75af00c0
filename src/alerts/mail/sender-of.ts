/** Reads whom mails are from: `Acme <alerts@example.com>`, or the address alone. */
export interface MailFrom {
  readonly name?: string;
  readonly address: string;
}

/** `from`: PURSER_MAIL_FROM, checked at the start. */
export function senderOf(from: string): MailFrom {
  const [, name, address] = /^(.+) <(.+)>$/.exec(from) ?? [];
  if (name === undefined || address === undefined) return { address: from };
  return { name: name.replace(/^"(.*)"$/, "$1"), address };
}
