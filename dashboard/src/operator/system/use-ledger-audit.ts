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
  const leaving = useRef<AbortController | null>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const run = useCallback((isRepair: boolean) => {
    leaving.current = new AbortController();
    void follow(isRepair, { tell: setProgress, leaving: leaving.current.signal });
  }, []);
  return { progress, run };
}

const NOTHING = { customers: 0, events: 0, counters: 0, rollups: 0 };

async function follow(
  isRepair: boolean,
  of: { readonly tell: (progress: AuditProgress) => void; readonly leaving: AbortSignal },
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
      if (!of.leaving.aborted) of.tell(progress);
      cursor = part.next_cursor;
    } while (cursor !== undefined && !of.leaving.aborted);
    await queries.invalidateQueries({ queryKey: ["operator", "system"] });
  } catch (cause) {
    if (of.leaving.aborted) return;
    const fault = cause instanceof Error ? cause : new Error(String(cause));
    of.tell({ ...progress, isRunning: false, fault });
  }
}
