/** Has everything recounted from the log, part by part, and knows how far it is. */
import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import type { LedgerAudit } from "./system-queries.ts";

export interface AuditProgress {
  readonly isRunning: boolean;
  readonly isRepair: boolean;
  readonly counted: LedgerAudit["counted"];
  readonly differences: readonly LedgerAudit["differences"][number][];
  /** Why it ended before its end. */
  readonly fault: Error | null;
}

/** The server gives it up when nobody asks on for half a minute, so leaving the page ends it. */
export function useLedgerAudit(): {
  readonly progress: AuditProgress | null;
  readonly run: (isRepair: boolean) => void;
} {
  const [progress, setProgress] = useState<AuditProgress | null>(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const run = useCallback((isRepair: boolean) => {
    void follow(isRepair, {
      tell: (told) => {
        if (isHere.current) setProgress(told);
      },
      isWanted: () => isHere.current,
    });
  }, []);
  return { progress, run };
}

const NOTHING = { customers: 0, events: 0, counters: 0, rollups: 0 };

async function follow(
  isRepair: boolean,
  of: { tell(progress: AuditProgress): void; isWanted(): boolean },
): Promise<void> {
  let progress: AuditProgress = {
    isRunning: true,
    isRepair,
    counted: NOTHING,
    differences: [],
    fault: null,
  };
  of.tell(progress);
  let cursor: string | undefined;
  try {
    do {
      const part: LedgerAudit = await client.admin.audit({
        repair: isRepair,
        ...(cursor === undefined ? {} : { cursor }),
      });
      progress = {
        ...progress,
        isRunning: part.has_more,
        counted: part.counted,
        differences: [...progress.differences, ...part.differences],
      };
      of.tell(progress);
      cursor = part.next_cursor;
    } while (cursor !== undefined && of.isWanted());
    await queries.invalidateQueries({ queryKey: ["operator", "system"] });
  } catch (cause) {
    const fault = cause instanceof Error ? cause : new Error(String(cause));
    of.tell({ ...progress, isRunning: false, fault });
  }
}
