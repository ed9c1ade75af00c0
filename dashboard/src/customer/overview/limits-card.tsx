/** The limits as meters, the nearest to its cap first. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { exactTime, shortDay } from "../../parts/format.ts";
import { FullnessWord, Meter } from "../../parts/meter.tsx";
import { Card } from "../../parts/page.tsx";
import type { LimitRow } from "./limit-rows.ts";
import classes from "./overview.module.css";

const SHOWN_AT_FIRST = 4;

export function LimitsCard({
  rows,
  isPresent,
}: {
  readonly rows: readonly LimitRow[];
  readonly isPresent: boolean;
}) {
  const [{ limits }, change] = useAddress();
  const isAll = limits === "all";
  const shown = isAll ? rows : rows.slice(0, SHOWN_AT_FIRST);
  return (
    <Card
      className={classes["filling"]}
      title={isPresent ? "Limits" : "Limits at its end"}
      p="sm"
      aside={
        rows.length <= SHOWN_AT_FIRST ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={isAll}
            onClick={() => change({ limits: isAll ? undefined : "all" })}
          >
            {isAll ? "Show the nearest" : `Show all ${rows.length}`}
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {isPresent ? "Nothing here is limited." : "Nothing was used that is limited."}
        </Text>
      ) : (
        <Stack gap={8} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
          {shown.map((row) => (
            <li key={row.key}>
              <LimitLine row={row} />
            </li>
          ))}
        </Stack>
      )}
    </Card>
  );
}

function LimitLine({ row }: { readonly row: LimitRow }) {
  const { name, used, held, amount, notes, resetsAt } = row;
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={3}>
        <Text size="xs" fw={600} truncate title={name}>
          {name}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Text size="xs" className="figures" title={row.exactly}>
            {amount}
          </Text>
          <FullnessWord percentUsed={used} />
        </Group>
      </Group>
      <Meter label={name} used={used} held={held} valueText={row.exactly} />
      <Text size="xs" c="dimmed" mt={2} className="figures">
        {notes.join(" · ")}
        {resetsAt === null ? null : (
          <>
            {" · resets "}
            <time dateTime={resetsAt} title={exactTime(resetsAt)}>
              {shortDay(resetsAt)}
            </time>
          </>
        )}
      </Text>
    </>
  );
}
