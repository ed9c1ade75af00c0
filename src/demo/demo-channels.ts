/** The demo's two channels: one whose receiver works, and one whose receiver is down. */
import type { PurserClient } from "../client/client.ts";

const WORKING = "Team log (simulated receiver)";
const DOWN = "Pager (simulated receiver that is down)";

/** `receiverUrl` is where the simulated receiver is. */
export async function addReceivers(purser: PurserClient, receiverUrl: string): Promise<void> {
  await purser.admin.createChannel({ kind: "webhook", name: WORKING, url: `${receiverUrl}/log` });
  await purser.admin.createChannel({
    kind: "webhook",
    name: DOWN,
    url: `${receiverUrl}/down`,
    events: ["alert.*", "operator.*"],
  });
}

/** The simulated receiver is at another address with each start. */
export async function readdressReceivers(purser: PurserClient, receiverUrl: string): Promise<void> {
  const { channels } = await purser.admin.channels();
  for (const { id, name } of channels) {
    if (name === WORKING) await purser.admin.editChannel(id, { url: `${receiverUrl}/log` });
    if (name === DOWN) await purser.admin.editChannel(id, { url: `${receiverUrl}/down` });
  }
}
