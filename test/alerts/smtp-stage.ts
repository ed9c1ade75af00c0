/** Real SMTP servers for the tests of mail: one that answers as a test wants, and one that says nothing. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface SmtpStage {
  /** `127.0.0.1:…`. */
  readonly host: string;
  /** As they came in; raw is what went over the wire. */
  readonly mails: (ParsedMail & { readonly raw: string })[];
  /** How many connections there were so far, and whether each mail's was encrypted. */
  readonly seen: { connections: number; encrypted: boolean[] };
  close(): Promise<void>;
}

export async function startSmtp(options: SMTPServerOptions = {}): Promise<SmtpStage> {
  const mails: SmtpStage["mails"] = [];
  const seen: SmtpStage["seen"] = { connections: 0, encrypted: [] };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(_session, done) {
      seen.connections += 1;
      done();
    },
    onData(stream, { secure }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString();
        simpleParser(raw).then((mail) => {
          mails.push({ ...mail, raw });
          seen.encrypted.push(secure);
          done();
        }, done);
      });
    },
    ...options,
  });
  // A client that gives up resets its connection.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    mails,
    seen,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** An answer of the server with that code. */
export function smtpError(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}

/** Takes connections and answers whatever `says` gives for a line; nothing: it keeps silent. */
export async function startBareServer(
  says: (line: string, socket: Socket) => string | null,
): Promise<{ host: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const answer = (line: string): void => {
      const said = says(line, socket);
      if (said !== null) socket.write(`${said}\r\n`);
    };
    answer("");
    socket.on("data", (chunk) => answer(chunk.toString().trim()));
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
