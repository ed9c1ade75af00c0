/** The events that a batch begins with, each with its corrections. */
import { correctionFrom, eventFrom } from "../read-rows.ts";
import type { EventRow } from "../rules/rows.ts";
import type { OpenedBatch } from "./batch-rows.ts";
import { sqlRow } from "./json-rows.ts";

/** By their ids; one that has left with its month is not among them. */
export function eventsOf(opened: OpenedBatch): Map<string, EventRow> {
  const corrections = Map.groupBy(opened.corrections.map(sqlRow), (row) => row["event_id"]);
  return new Map(
    opened.events.flatMap((row) => {
      if (row["seq"] === null) return [];
      const mine = corrections.get(row["id"]) ?? [];
      return [[String(row["id"]), eventFrom(sqlRow(row), mine.map(correctionFrom))]];
    }),
  );
}
