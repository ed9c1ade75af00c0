/** Reaches Purser: through the socket of a server that runs on this data directory, else by opening the database in this process. */
import { type AdminDoor, socketDoor } from "../client/admin-door.ts";
import type { Config } from "../server/config.ts";

/** Throws what `openPurser` throws: a locked or unreadable data directory, a database that is away, a foreign secret. */
export async function openDoor(config: Config): Promise<AdminDoor> {
  const running = await runningDoor(config);
  if (running !== null) return running;
  // Only here: a command that finds a running server need not load the database.
  const { openPurser } = await import("../server/open-purser.ts");
  const purser = await openPurser(config);
  return {
    send: async ({ method, path, body }) => {
      const question = { method, path, ...(body === undefined ? {} : { body: JSON.parse(body) }) };
      const { status, body: answered } = await purser.request(question);
      return typeof answered === "string"
        ? new Response(answered, { status })
        : Response.json(answered, { status });
    },
    close: () => purser.close(),
  };
}

/** A server that does not even say so is not to be waited for. */
const ALIVE_WITHIN_MS = 30_000;

/** The door of a running server; null where none runs on this data directory. */
export async function runningDoor(config: Config): Promise<AdminDoor | null> {
  const door = socketDoor(config.dataDir);
  try {
    const signal = AbortSignal.timeout(ALIVE_WITHIN_MS);
    await door.send({ method: "GET", path: "/healthz", headers: {}, signal });
    return door;
  } catch (fault) {
    if (isNobodyThere(fault)) return null;
    throw fault;
  }
}

function isNobodyThere(fault: unknown): boolean {
  const code = fault instanceof Error && "code" in fault ? fault.code : undefined;
  // ECONNREFUSED: the socket of a server that died is still lying there.
  return code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK";
}
