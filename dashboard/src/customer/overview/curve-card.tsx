/** The curve of the period: drawn, or as a table. */
import { Button, Group, Skeleton, Switch, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { TIME_ZONE } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { type Curve, curveWords } from "./curve.ts";
import { CurveChart } from "./curve-chart.tsx";
import { DayTable, saveDays } from "./day-table.tsx";
import classes from "./overview.module.css";

/** `curve` undefined: not known yet. */
export function CurveCard({
  curve,
  what,
}: {
  readonly curve: Curve | undefined;
  /** What the page is narrowed to, if it is. */
  readonly what: string | undefined;
}) {
  const [{ days }, change] = useAddress();
  const isTable = days === "table";
  return (
    <Card
      className={classes["filling"]}
      title={what === undefined ? "Spend in this period" : `Spend on ${what}`}
      aside={
        <Group gap="xs">
          {isTable && curve !== undefined ? (
            <Button size="compact-xs" variant="default" onClick={() => saveDays(curve)}>
              Download CSV
            </Button>
          ) : null}
          <Switch
            size="xs"
            label="Show as table"
            checked={isTable}
            onChange={() => change({ days: isTable ? undefined : "table" })}
          />
        </Group>
      }
      p="sm"
    >
      {curve === undefined ? (
        <output aria-label="Loading">
          <Skeleton height={212} />
        </output>
      ) : isTable ? (
        <DayTable curve={curve} />
      ) : (
        <CurveChart curve={curve} label={curveWords(curve)} />
      )}
      {TIME_ZONE === "UTC" || !isTable ? null : (
        <Text size="xs" c="dimmed">
          Days are days in UTC.
        </Text>
      )}
    </Card>
  );
}
