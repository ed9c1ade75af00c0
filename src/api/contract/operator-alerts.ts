/** What the deployment's alerts are asked for by. */
import { z } from "zod";
import { OPERATOR_ALERT_KINDS } from "../../core/alerts/event-types.ts";
import { alertsQuery } from "./alerts.ts";
import { query } from "./envelope.ts";

const { unread_only, severity, limit, offset } = alertsQuery.shape;

export const operatorAlertsQuery = query({
  unread_only,
  severity,
  kind: z
    .enum(OPERATOR_ALERT_KINDS, { error: `must be one of ${OPERATOR_ALERT_KINDS.join(", ")}.` })
    .optional(),
  limit,
  offset,
});
