/** Sends one message to a channel now, as a test, and says what became of it. */
import { randomUUID } from "node:crypto";
import type { Channel } from "../alerts/channel-store.ts";
import type { Message } from "../alerts/message.ts";
import { channelTestWords } from "../core/messages/channel-test-words.ts";
import type { ApiPorts } from "./ports.ts";

/** Deliver ends before that by itself; this is for one that does not. */
const TRIED_MS_MOST = 60_000;

/** Whatever the receiver does is in the answer. Nothing of it is kept. */
export async function tryChannel(
  ports: Pick<ApiPorts, "channels" | "customers" | "clock" | "notices">,
  channel: Channel,
) {
  const at = ports.clock.now();
  const message = await testMessage(ports, channel);
  const target = ports.channels.targetOf(channel, at);
  const started = performance.now();
  const signal = AbortSignal.timeout(TRIED_MS_MOST);
  const attempt = await ports.notices.deliver(message, target, signal);
  const { status } = attempt;
  return {
    delivered: attempt.kind === "sent",
    ...(status === undefined ? {} : { status }),
    ...(attempt.kind === "failed" ? { error: attempt.reason } : {}),
    took_ms: Math.round(performance.now() - started),
  };
}

async function testMessage(
  { customers, clock }: Pick<ApiPorts, "customers" | "clock">,
  { id, name, customerId }: Channel,
): Promise<Message> {
  const customer = customerId === null ? null : await customers.findById(customerId);
  return {
    id: `test-${randomUUID()}`,
    event: "channel.test",
    at: clock.now(),
    reader: customer === null ? "operator" : "customer",
    severity: "info",
    customer:
      customer === null
        ? null
        : {
            ...{ id: customer.id, userId: customer.userId },
            ...(customer.name === undefined ? {} : { name: customer.name }),
          },
    words: channelTestWords(name),
    details: { channel_id: id, channel: name },
  };
}
