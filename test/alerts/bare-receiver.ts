/** Receivers on real ports that answer as a test says, down to the bytes. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import {
  type AddressInfo,
  createServer as createBareServer,
  type Server,
  type Socket,
} from "node:net";

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Receiver {
  /** `127.0.0.1:port`, as PURSER_PRIVATE_RECEIVERS takes it. */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpReceiver extends Receiver {
  readonly asked: readonly Asked[];
}

/** Keeps what it was asked, and answers 200 or what `answer` says. */
export async function startReceiver(
  answer: (asked: Asked) => Answered = () => ({}),
): Promise<HttpReceiver> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (more: string) => {
      body += more;
    });
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body };
      asked.push(one);
      const { status = 200, headers = {}, body: text = "" } = answer(one);
      response.writeHead(status, headers).end(text);
    });
  });
  return { asked, ...(await listen(server)) };
}

export interface BareReceiver extends Receiver {
  /** How many connections there ever were, and how many are still open. */
  readonly connections: { readonly ever: number; readonly open: number };
}

/** Hands each connection over when the first bytes of a request are there. */
export async function startBareReceiver(talk: (socket: Socket) => unknown): Promise<BareReceiver> {
  const connections = { ever: 0, open: 0 };
  const sockets = new Set<Socket>();
  const server = createBareServer((socket) => {
    connections.ever += 1;
    connections.open += 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    socket.once("data", () => talk(socket));
  });
  const { close, ...listening } = await listen(server);
  return {
    connections,
    ...listening,
    close() {
      for (const socket of sockets) socket.destroy();
      return close();
    },
  };
}

export async function listen(server: Server): Promise<Receiver> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
