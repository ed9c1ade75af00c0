/** Looking after the ledger itself: recounting it, and taking old months out. */
import { audited, auditIn } from "../audit.ts";
import { endpoint } from "../endpoint.ts";
import { noQuery } from "../envelope.ts";
import { detached, detachIn } from "../months.ts";

const UPKEEP = { method: "POST", audience: "admin", tag: "admin", query: noQuery } as const;

export const auditLedger = endpoint({
  ...UPKEEP,
  path: "/api/admin/audit",
  summary:
    "Recounts counters and roll-ups from the log and says what differs; repairs it if told to",
  body: auditIn,
  answer: audited,
  errors: ["conflict"],
});

export const detachMonth = endpoint({
  ...UPKEEP,
  path: "/api/admin/events/detach",
  summary: "Takes a month that is over out of the log, once its closing balance stands for it",
  body: detachIn,
  answer: detached,
  errors: ["conflict"],
  examples: { body: { month: "2026-01", dry_run: true } },
});
