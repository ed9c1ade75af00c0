/** Counts attempts to tell somebody, by the kind of receiver and how each ended. */
import type { OutboxPorts } from "../alerts/outbox/ports.ts";
import type { Family } from "./prometheus-text.ts";

export interface DeliveryCounts {
  readonly counted: OutboxPorts["counted"];
  families(now: { readonly pending: number; readonly dead: number }): readonly Family[];
}

export function createDeliveryCounts(): DeliveryCounts {
  const counts = new Map<string, { readonly labels: Record<string, string>; value: number }>();
  return {
    counted({ kind, outcome }) {
      const name = `${kind} ${outcome}`;
      const count = counts.get(name) ?? { labels: { kind, outcome }, value: 0 };
      counts.set(name, count);
      count.value += 1;
    },
    families: ({ pending, dead }) => [
      {
        name: "purser_deliveries_total",
        help: "Attempts to tell somebody, by how they ended.",
        type: "counter",
        samples: [...counts.values()],
      },
      {
        name: "purser_deliveries_unsent",
        help: "Messages that wait, or were given up.",
        type: "gauge",
        samples: [
          { labels: { state: "pending" }, value: pending },
          { labels: { state: "dead" }, value: dead },
        ],
      },
    ],
  };
}
