/** The deployment's own limits: what is used of each, and the way to change them. */
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { limitAmount, limitName, usedOfLimit } from "../../parts/limit-words.ts";
import { FullnessWord, Meter } from "../../parts/meter.tsx";
import { Card } from "../../parts/page.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { draftOf, limitSentence, perWords, usesOf, wishOf } from "./limit-draft.ts";
import { LimitsDialog } from "./limits-dialog.tsx";
import {
  type DeploymentLimit,
  type LimitUse,
  limitsQuery,
  type ProviderState,
} from "./provider-queries.ts";
import classes from "./providers.module.css";
import { setLimits } from "./set-limits.ts";

export function LimitsCard({ providers }: { readonly providers: readonly ProviderState[] }) {
  const query = useQuery(limitsQuery);
  const [{ ask }, change] = useAddress();
  const setting = useSetting();
  const uses = usesOf(providers);
  const edit = (
    <Button size="compact-sm" variant="default" onClick={() => change({ ask: "limits" })}>
      Change the limits
    </Button>
  );
  return (
    <Card title="Limits of the deployment" aside={edit}>
      <Text size="sm" c="dimmed" mb="sm">
        A safety net over all customers together, whatever their plans say.
      </Text>
      <Group gap="sm" mb={setting.said === null ? 0 : "sm"}>
        <Said words={setting.said} />
        {setting.before === null ? null : (
          <Button
            size="compact-xs"
            variant="default"
            loading={setting.isUndoing}
            onClick={setting.undo}
          >
            Undo
          </Button>
        )}
      </Group>
      <Refused fault={setting.undoFault} title="The limits stay as they are" />
      <Await query={query} height={120}>
        {(limits) => (
          <>
            <LimitList limits={limits} uses={uses} />
            <LimitsDialog
              isOpen={ask === "limits"}
              limits={limits}
              uses={uses}
              providers={providers}
              onClose={() => change({ ask: undefined })}
              onDone={(before) => {
                setting.done(before);
                change({ ask: undefined });
              }}
            />
          </>
        )}
      </Await>
    </Card>
  );
}

function useSetting() {
  const [before, setBefore] = useState<readonly DeploymentLimit[] | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const undoing = useMutation({
    mutationFn: (limits: readonly DeploymentLimit[]) => setLimits(wishOf(draftOf(limits))),
    onSuccess: () => {
      setBefore(null);
      setSaid("The limits are again as they were.");
    },
  });
  return {
    before,
    said,
    isUndoing: undoing.isPending,
    undoFault: undoing.error,
    undo: () => {
      if (before !== null) undoing.mutate(before);
    },
    done: (was: readonly DeploymentLimit[]) => {
      setBefore(was);
      setSaid("These limits are in force, on every node.");
    },
  };
}

function LimitList({
  limits,
  uses,
}: {
  readonly limits: readonly DeploymentLimit[];
  readonly uses: readonly LimitUse[];
}) {
  if (limits.length === 0) {
    return (
      <Text size="sm">
        There are none. One on cost for the calendar month ends surprises: once all customers
        together have cost that much, calls are refused.
      </Text>
    );
  }
  return (
    <ul className={classes["limits"]} aria-label="Limits of the deployment">
      {limits.map((limit) => (
        <li key={JSON.stringify(limit)}>
          <LimitLine
            limit={limit}
            use={uses.find((each) => JSON.stringify(each.limit) === JSON.stringify(limit))}
          />
        </li>
      ))}
    </ul>
  );
}

function LimitLine({
  limit,
  use,
}: {
  readonly limit: DeploymentLimit;
  /** undefined: it has no cap, or no provider that is known here. */
  readonly use: LimitUse | undefined;
}) {
  if (use === undefined) return <Text size="sm">{limitSentence(limit)}</Text>;
  const { meter, per, at_cap: atCap } = limit;
  const { used, held, max, percent, remaining, resets_at: resetsAt } = use;
  const words = usedOfLimit(meter, { used, max });
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={3}>
        <Text size="sm" fw={600}>
          {limitName(limit)}
        </Text>
        <FullnessWord percentUsed={percent} />
      </Group>
      <Meter
        label={limitName(limit)}
        used={percent}
        held={max === 0 ? 0 : (held / max) * 100}
        valueText={words}
      />
      <Text size="xs" mt={4} className="figures">
        {words} in {perWords(per)}
        {held === 0 ? "" : `, ${limitAmount(meter, held)} held`}; {limitAmount(meter, remaining)}{" "}
        left
      </Text>
      <Text size="xs" c="dimmed">
        Then {atCap === "deny" ? "calls are refused" : "you are alerted and calls go on"}. Starts
        anew <RelativeTime at={resetsAt} />.
      </Text>
    </>
  );
}
