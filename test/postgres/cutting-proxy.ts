/** Stands between Purser and PostgreSQL and cuts a connection at the moment of a commit, before or after it is done. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What the connection's end hides of a commit. */
export type Cut =
  /** It never reaches the database, which rolls back. */
  | "before the commit"
  /** The database has committed, and its answer is lost. */
  | "after the commit";

export interface CuttingProxy {
  /** The database's address through the proxy. */
  readonly url: string;
  /** The next commit is cut so; once. */
  cutNext(cut: Cut): void;
  /** The next connection that sends these words is cut before they arrive; once. */
  cutAtWords(words: string): void;
  /** How many were cut. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** The two messages of the protocol, whole, so that no text of ours is taken for one: kind, length, words, zero. */
const ASKED = Buffer.from("Q\0\0\0\x0bcommit\0");
const DONE = Buffer.from("C\0\0\0\x0bCOMMIT\0");

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let next: Cut | null = null;
  let words: string | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const cut = (): void => {
      cuts += 1;
      client.destroy();
      database.destroy();
    };
    let isHidden = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // A cut connection is what this is for.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on("data", (bytes) => {
      if (words !== null && bytes.includes(words)) {
        words = null;
        return cut();
      }
      if (next === null || !bytes.includes(ASKED)) {
        database.write(bytes);
        return;
      }
      const chosen = next;
      next = null;
      if (chosen === "before the commit") return cut();
      isHidden = true;
      database.write(bytes);
    });
    database.on("data", (bytes) => {
      if (!isHidden) client.write(bytes);
      else if (bytes.includes(DONE)) cut();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutNext(cut) {
      next = cut;
    },
    cutAtWords(sent) {
      words = sent;
    },
    get cuts() {
      return cuts;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
