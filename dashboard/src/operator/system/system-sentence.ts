/** Says in a sentence how the installation is: what is wrong first, else that all is well. */
import { exactly } from "../../parts/format.ts";
import type { Readiness, System } from "./system-queries.ts";

export function systemSentence(system: System, readiness: Readiness | undefined): string {
  const troubles = troublesOf(system);
  if (readiness?.isReady === false) return "Purser is not ready to take calls, and refuses them.";
  if (troubles.length > 0) return `Purser is ready, but ${troubles.join("; ")}.`;
  const { nodes, queues, last_audit: audit } = system;
  const live = nodes.filter(({ is_live: isLive }) => isLive).length;
  const parts = [
    live === 1 ? "Purser is ready" : `Purser is ready on ${live} nodes`,
    queues.held_calls === 0
      ? "no call runs now"
      : `${counted(queues.held_calls, "call runs", "calls run")} now`,
    audit === null ? "no audit has run yet" : "the last audit found everything adding up",
  ];
  return `${parts.join(", ")}.`;
}

function troublesOf({ nodes, queues, last_audit: audit }: System): string[] {
  const silent = nodes.filter(({ is_live: isLive }) => !isLive).length;
  const jobs = nodes.some(({ runs_jobs: runsJobs }) => runsJobs);
  return [
    ...(silent === 0 ? [] : [`${counted(silent, "node is", "nodes are")} silent`]),
    ...(jobs ? [] : ["no node does the work by the clock"]),
    ...(audit === null || audit.differences === 0
      ? []
      : [`the last audit found ${counted(audit.differences, "difference", "differences")}`]),
    ...(queues.deliveries_dead === 0
      ? []
      : [`${counted(queues.deliveries_dead, "message was", "messages were")} given up`]),
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${exactly(count)} ${count === 1 ? one : many}`;
}
