/** A simulated receiver of webhooks: takes what comes at `/log`, and is down at `/down`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SimulatedReceiver {
  /** E.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** `host:port`, as PURSER_PRIVATE_RECEIVERS wants it. */
  readonly host: string;
  close(): Promise<void>;
}

export async function startSimulatedReceiver(): Promise<SimulatedReceiver> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const isDown = request.url?.startsWith("/down") ?? false;
      response.writeHead(isDown ? 503 : 200, { "content-type": "text/plain" });
      response.end(isDown ? "Simulated: this receiver is down." : "Simulated: taken.");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    host,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
