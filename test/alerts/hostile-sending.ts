/** Sends one webhook to a receiver of a test, and keeps secrets out of what is said about it. */
import type { Server, Socket } from "node:net";
import { expect } from "vitest";
import type { Lookup } from "../../src/alerts/channels/safe-address.ts";
import type { Attempt } from "../../src/alerts/message.ts";
import {
  type BareReceiver,
  type HttpReceiver,
  listen,
  type Receiver,
  startBareReceiver,
  startReceiver,
} from "./bare-receiver.ts";
import { attempt, type Wishes } from "./delivering.ts";
import { SAMPLES } from "./sample-messages.ts";

/** Short, so that waiting for nothing is soon over. */
export const SOON_MS = 300;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const open: Receiver[] = [];

export async function closeAll(): Promise<void> {
  for (const receiver of open.splice(0)) await receiver.close();
}

export async function bare(talk: (socket: Socket) => unknown): Promise<BareReceiver> {
  const receiver = await startBareReceiver(talk);
  open.push(receiver);
  return receiver;
}

export async function receive(
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpReceiver> {
  const receiver = await startReceiver(() => ({ status, headers }));
  open.push(receiver);
  return receiver;
}

export function send({ host }: Receiver, wishes: Wishes = {}): Promise<Attempt> {
  return sendTo(`http://${host}/in?key=SECRET`, {
    privateReceivers: [host],
    timeoutMs: SOON_MS,
    ...wishes,
  });
}

/** No reason may hold what is secret in an address. */
export async function sendTo(url: string, wishes: Wishes): Promise<Attempt> {
  const target = { kind: "webhook", url, secrets: [SECRET] } as const;
  const attempted = await attempt(SAMPLES["alert.threshold"], target, wishes);
  const reason = attempted.kind === "failed" ? attempted.reason : "It was sent.";
  expect(reason).toMatch(/^[^\n]+[.?]$/);
  for (const secret of ["SECRET", "/in", SECRET]) expect(reason).not.toContain(secret);
  return attempted;
}

export async function listenOnce(server: Server): Promise<Receiver> {
  const receiver = await listen(server);
  open.push(receiver);
  return receiver;
}

export function always(address: string): Lookup {
  return async () => [{ address, family: address.includes(":") ? 6 : 4 }];
}
