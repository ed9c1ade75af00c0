/** Asks for one call's story. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { getUsageLog } from "../../../../src/api/contract/endpoints/usage-logs.ts";
import { client } from "../../app/client.ts";

export type Story = z.output<(typeof getUsageLog)["answer"]>;

/** Of this customer only: an operator's key would be shown anybody's. */
export function callQuery(userId: string, eventId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "call", eventId],
    queryFn: () =>
      client.call(getUsageLog, { params: { event_id: eventId }, query: { user_id: userId } }),
  });
}
