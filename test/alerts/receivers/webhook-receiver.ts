/** A real receiver of webhooks: drops repeats by their `webhook-id`, and does with each request what the test says. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { randomFrom } from "../../../src/conformance/cut-bytes.ts";

export interface Post {
  readonly path: string;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `take unheard`: it is kept, and the sender sees a broken connection. `hang`: no answer ever comes. */
export type Reaction =
  | "take"
  | "take unheard"
  | "cut"
  | "hang"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** It is kept all the same. */
      readonly takes?: true;
    };

export type React = (post: Post) => Reaction | Promise<Reaction>;

export interface WebhookReceiver {
  /** `127.0.0.1:…`, the same after it was away. */
  readonly host: string;
  readonly url: string;
  /** Every request, in order. */
  readonly posts: readonly Post[];
  /** What was taken, once each, in the order in which it was first taken. */
  readonly taken: readonly Post[];
  react: React;
  /** How many senders did not wait any longer for an answer that never came. */
  readonly givenUp: number;
  /** Whoever connects is refused. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startWebhookReceiver(react: React = () => "take"): Promise<WebhookReceiver> {
  const posts: Post[] = [];
  const taken = new Map<string, Post>();
  const told = { react };
  let givenUp = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const post = await readPost(request);
    posts.push(post);
    const reaction = await told.react(post);
    if (reaction === "hang") {
      request.socket.once("close", () => {
        givenUp += 1;
      });
      return;
    }
    if (isTaking(reaction) && !taken.has(post.id)) taken.set(post.id, post);
    if (reaction === "cut" || reaction === "take unheard") return void request.socket.destroy();
    if (reaction === "take") return void response.writeHead(204).end();
    response.writeHead(reaction.status, reaction.headers).end();
  };
  const start = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      // A sender that is killed breaks off in the middle of its request.
      answer(request, response).catch(() => request.socket.destroy());
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let running: Server | null = await start(0);
  const { port } = running.address() as AddressInfo;
  const leave = async (): Promise<void> => {
    const leaving = running;
    running = null;
    if (leaving === null) return;
    const closed = once(leaving, "close");
    leaving.close();
    leaving.closeAllConnections();
    await closed;
  };
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/hook`,
    posts,
    get taken() {
      return [...taken.values()];
    },
    get givenUp() {
      return givenUp;
    },
    get react() {
      return told.react;
    },
    set react(next) {
      told.react = next;
    },
    leave,
    async comeBack() {
      running ??= await start(port);
    },
    close: leave,
  };
}

async function readPost(request: IncomingMessage): Promise<Post> {
  const body = await text(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { path: request.url ?? "", id: headers["webhook-id"] ?? "", headers, body };
}

function isTaking(reaction: Reaction): boolean {
  if (typeof reaction === "object") return reaction.takes === true;
  return reaction === "take" || reaction === "take unheard";
}

/** Fails half of the time, in each of these ways as often. */
export function failsHalfOfTheTime(seed: number, ways: readonly Reaction[]): React {
  const random = randomFrom(seed);
  return () => {
    const way = Math.floor(random() * 2 * ways.length);
    return ways[way] ?? "take";
  };
}
