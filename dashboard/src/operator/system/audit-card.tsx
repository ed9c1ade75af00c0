/** The daily recount of everything from the log, and one more whenever it is wanted. */
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { exactly } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { ToneWord } from "../../parts/tone-word.tsx";
import { DifferencesTable } from "./differences-table.tsx";
import { RepairDialog } from "./repair-dialog.tsx";
import type { LedgerAudit, System } from "./system-queries.ts";
import { type AuditProgress, useLedgerAudit } from "./use-ledger-audit.ts";

export function AuditCard({ last }: { readonly last: System["last_audit"] }) {
  const { progress, run } = useLedgerAudit();
  const [{ ask }, change] = useAddress();
  const isRunning = progress?.isRunning === true;
  return (
    <Card
      title="Audit"
      aside={
        <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => run(false)}>
          Run an audit now
        </Button>
      }
    >
      <Stack gap="sm">
        <LastAudit last={last} />
        {progress === null ? null : <Running progress={progress} last={last} />}
        {progress === null || progress.differences.length === 0 ? null : (
          <>
            <DifferencesTable differences={progress.differences} />
            {progress.isRepair || isRunning ? null : (
              <Group>
                <Button size="sm" onClick={() => change({ ask: "repair" })}>
                  Repair what differs
                </Button>
              </Group>
            )}
          </>
        )}
      </Stack>
      <RepairDialog
        isOpen={ask === "repair" && progress !== null && !isRunning}
        count={progress?.differences.length ?? 0}
        onClose={() => change({ ask: undefined })}
        onRepair={() => {
          change({ ask: undefined });
          run(true);
        }}
      />
    </Card>
  );
}

function LastAudit({ last }: { readonly last: System["last_audit"] }) {
  if (last === null) {
    return (
      <Text size="sm">
        None has run yet. Once a day every counter and roll-up is recounted from the log.
      </Text>
    );
  }
  const { at, differences, ...counted } = last;
  return (
    <div>
      {differences === 0 ? (
        <ToneWord tone="fine" words="everything adds up" />
      ) : (
        <ToneWord tone="close" words={differenceWords(differences)} />
      )}
      <Text size="sm" mt={4}>
        The daily one ran <RelativeTime at={at} />, over {countedWords(counted)}.
      </Text>
    </div>
  );
}

function Running({
  progress: { isRunning, isRepair, counted, differences, fault },
  last,
}: {
  readonly progress: AuditProgress;
  readonly last: System["last_audit"];
}) {
  if (fault !== null) {
    return <Refused fault={fault} title={`It ended after ${countedWords(counted)}`} />;
  }
  if (isRunning) {
    return (
      <div>
        <Progress
          value={shareOf(counted, last)}
          aria-label="Share of the log that is recounted"
          striped
        />
        <Text size="sm" mt={4} role="status">
          Recounted so far: {countedWords(counted)}. Stay on this page until it is done.
        </Text>
      </div>
    );
  }
  const repaired = differences.filter(({ repaired: isDone }) => isDone).length;
  const found =
    differences.length === 0 ? "everything adds up" : differenceWords(differences.length);
  const mended = isRepair && differences.length > 0 ? `, ${exactly(repaired)} repaired` : "";
  return <Said words={`Recounted ${countedWords(counted)}: ${found}${mended}.`} />;
}

type Counted = LedgerAudit["counted"];

/** Of what there was at the last one; what came since is more. */
function shareOf(counted: Counted, last: Counted | null): number {
  const sum = ({ events, counters, rollups }: Counted): number => events + counters + rollups;
  return last === null || sum(last) === 0 ? 0 : Math.min(99, (sum(counted) / sum(last)) * 100);
}

function countedWords({ customers, events, counters, rollups }: Counted): string {
  const words = (count: number, one: string): string =>
    `${exactly(count)} ${one}${count === 1 ? "" : "s"}`;
  return `${words(customers, "customer")}, ${words(events, "call")}, ${words(counters, "counter")} and ${words(rollups, "roll-up")}`;
}

function differenceWords(count: number): string {
  return count === 1 ? "one number differs" : `${exactly(count)} numbers differ`;
}
