/** Prices past calls again, part by part, adding up what comes of it; it can be stopped between parts. */
import { useRef, useState } from "react";
import type { z } from "zod";
import type { BodyIn } from "../../../../src/api/contract/endpoint.ts";
import type { reratePrices } from "../../../../src/api/contract/endpoints/prices.ts";
import { nanoUsd, parseUsd, usdNumber } from "../../../../src/core/money.ts";
import { client } from "../../app/client.ts";

type Part = z.output<(typeof reratePrices)["answer"]>;
export type RepricedCall = Part["events"][number];
export type Selection = Omit<BodyIn<typeof reratePrices>, "dry_run" | "cursor">;

export interface RerateSums {
  readonly examined: number;
  readonly changed: number;
  readonly stillUnpriced: number;
  /** Billionths of a dollar, so that many parts add up exactly. */
  readonly oldNano: bigint;
  readonly newNano: bigint;
  /** The first of those that change. */
  readonly calls: readonly RepricedCall[];
}

export interface RerateRun {
  readonly isDryRun: boolean;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly sums: RerateSums;
  readonly fault: Error | null;
}

const CALLS_SHOWN = 100;
const NOTHING: RerateSums = {
  examined: 0,
  changed: 0,
  stillUnpriced: 0,
  oldNano: 0n,
  newNano: 0n,
  calls: [],
};

/** Of one run. */
interface Turn {
  /** It stops after the part that is being worked on. */
  isOver: boolean;
  /** What comes of it is not shown any more. */
  isForgotten: boolean;
}

export function useRerate(onCorrected: () => Promise<void>) {
  const [run, setRun] = useState<RerateRun | null>(null);
  const turn = useRef<Turn>({ isOver: false, isForgotten: false });
  const start = async (selection: Selection, isDryRun: boolean): Promise<void> => {
    turn.current.isOver = true;
    turn.current.isForgotten = true;
    const mine: Turn = { isOver: false, isForgotten: false };
    turn.current = mine;
    let sums = NOTHING;
    let isCut = false;
    const show = (state: RerateRun["state"], fault: Error | null = null): void => {
      if (!mine.isForgotten) setRun({ isDryRun, state, sums, fault });
    };
    show("running");
    try {
      for await (const part of partsOf({ ...selection, dry_run: isDryRun }, mine)) {
        sums = added(sums, part);
        isCut = part.has_more;
        show("running");
      }
      show(isCut ? "stopped" : "done");
    } catch (fault) {
      show("failed", fault instanceof Error ? fault : new Error(String(fault)));
    }
    if (!isDryRun) await onCorrected();
  };
  return {
    run,
    start,
    /** After the part that is being worked on, so that what was corrected is counted. */
    stop: () => {
      turn.current.isOver = true;
    },
    forget: () => {
      turn.current.isOver = true;
      turn.current.isForgotten = true;
      setRun(null);
    },
  };
}

async function* partsOf(
  wanted: Selection & { readonly dry_run: boolean },
  turn: Pick<Turn, "isOver">,
): AsyncGenerator<Part> {
  let cursor: string | undefined;
  do {
    const part: Part = await client.admin.reratePrices({
      ...wanted,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield part;
    cursor = part.next_cursor;
    if (cursor === undefined) return;
  } while (!turn.isOver);
}

function added(sums: RerateSums, part: Part): RerateSums {
  return {
    examined: sums.examined + part.examined,
    changed: sums.changed + part.changed,
    stillUnpriced: sums.stillUnpriced + part.still_unpriced,
    oldNano: sums.oldNano + parseUsd(part.old_cost, "old_cost"),
    newNano: sums.newNano + parseUsd(part.new_cost, "new_cost"),
    calls: [...sums.calls, ...part.events].slice(0, CALLS_SHOWN),
  };
}

export function dollarsOf(nano: bigint): number {
  return usdNumber(nanoUsd(nano));
}
