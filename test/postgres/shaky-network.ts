/** A stretch of network between Purser and PostgreSQL, all of whose connections can be cut. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface ShakyNetwork {
  /** The database's address by way of it. */
  readonly url: string;
  cutAll(): void;
  close(): Promise<void>;
}

export async function shakyNetwork(databaseUrl: string): Promise<ShakyNetwork> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.pipe(database).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAll,
    close: async () => {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}
