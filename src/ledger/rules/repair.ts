/** Posts to a derived number what an audit found it to lack: a difference, so that it is right beside calls that go on. */
import type { Conflict, Repair, Repaired, Unknown } from "../ledger.ts";
import type { Draft } from "./draft.ts";

export function repair(
  draft: Draft,
  { of, found, expected, actor }: Repair,
): Repaired | Unknown | Conflict {
  if (of.table === "counters") {
    const slot = draft.slotIfThere(of.key);
    if (slot === undefined) return { kind: "unknown" };
    const repaired = slot[of.sum] + expected - found;
    if (repaired < 0n) {
      const message = `It would be left with less than nothing ${of.sum}, so it has changed since it was looked at.`;
      return { kind: "conflict", message };
    }
    slot[of.sum] = repaired;
  }
  draft.repairs.push({ of, found, expected, actor, at: draft.rows.at });
  return { kind: "repaired" };
}
