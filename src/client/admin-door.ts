/** The administrator's way into a running Purser: its REST API, through the Unix socket in its data directory. */
import { request as httpRequest } from "node:http";
import { join } from "node:path";

export interface DoorAnswer {
  readonly status: number;
  /** Parsed JSON; text where the answer was none. */
  readonly body: unknown;
}

/** Whoever holds it is the administrator. One door is open at a time for each command. */
export interface AdminDoor {
  request(method: string, path: string, body?: unknown): Promise<DoorAnswer>;
  close(): Promise<void>;
}

const ANSWER_MS_MAX = 120_000;

/** The door of the server on that data directory. Rejects with ENOENT or ECONNREFUSED where none is running. */
export function socketDoor(dataDir: string): AdminDoor {
  const socketPath = join(dataDir, "purser.sock");
  return {
    request: (method, path, body) => askSocket({ socketPath, method, path, body }),
    close: async () => {},
  };
}

interface Question {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

function askSocket({ socketPath, method, path, body }: Question): Promise<DoorAnswer> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers =
    payload === undefined
      ? {}
      : { "content-type": "application/json", "content-length": payload.length };
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ socketPath, method, path, headers, timeout: ANSWER_MS_MAX });
    asked.on("timeout", () => asked.destroy(new Error("The running server did not answer.")));
    asked.on("error", reject);
    asked.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: answer.statusCode ?? 0, body: parsed(text) });
      });
    });
    asked.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
