/** A real SMTP server that keeps every mail it was sent, repeats too, and can be away for a while. */
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** By name, in small letters, as they came. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface MailServer {
  /** `smtp://127.0.0.1:…`, the same after it was away. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Called when a mail is kept and its sender does not know so yet. */
  beforeAnswer: ((mail: ReceivedMail) => unknown) | null;
  /** Whoever connects is refused. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const told: Pick<MailServer, "beforeAnswer"> = { beforeAnswer: null };
  const keep = async (mail: ReceivedMail): Promise<void> => {
    mails.push(mail);
    await told.beforeAnswer?.(mail);
  };
  let running: SMTPServer | null = await listenOn(0, keep);
  const { port } = running.server.address() as AddressInfo;
  const leave = async (): Promise<void> => {
    const leaving = running;
    running = null;
    await new Promise<void>((resolve) => (leaving === null ? resolve() : leaving.close(resolve)));
  };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    get beforeAnswer() {
      return told.beforeAnswer;
    },
    set beforeAnswer(beforeAnswer) {
      told.beforeAnswer = beforeAnswer;
    },
    leave,
    async comeBack() {
      running ??= await listenOn(port, keep);
    },
    close: leave,
  };
}

async function listenOn(
  port: number,
  keep: (mail: ReceivedMail) => Promise<void>,
): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, answer) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(",");
      simpleParser(stream)
        .then((parsed) =>
          keep({
            to,
            messageId: parsed.messageId ?? "",
            subject: parsed.subject ?? "",
            text: parsed.text ?? "",
            html: parsed.html || "",
            headers: new Map(parsed.headerLines.map(({ key, line }) => [key, valueIn(line)])),
          }),
        )
        .then(() => answer(), answer);
    },
  });
  // A sender that is killed resets its connection.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

function valueIn(line: string): string {
  return line.slice(line.indexOf(":") + 1).trim();
}
