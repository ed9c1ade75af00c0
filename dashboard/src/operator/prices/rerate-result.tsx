/** What pricing past calls again comes to: the totals before and after, and the calls that change. */
import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { countOf } from "../../../../src/core/amount-words.ts";
import { parseUsd } from "../../../../src/core/money.ts";
import { exactTime } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import classes from "./prices.module.css";
import { dollarsOf, type RepricedCall, type RerateRun, type RerateSums } from "./use-rerate.ts";

export function RerateResult({
  run,
  onCorrect,
}: {
  readonly run: RerateRun;
  readonly onCorrect: () => void;
}) {
  const { sums, isDryRun, state } = run;
  return (
    <Stack gap="sm">
      <Totals sums={sums} isDryRun={isDryRun} />
      {sums.stillUnpriced === 0 ? null : (
        <Text size="sm">
          {countOf(sums.stillUnpriced, "call")} still without a price, left as they are. Add one for
          their model first.
        </Text>
      )}
      {isDryRun && state === "done" && sums.changed > 0 ? (
        <Group gap="sm">
          <Button onClick={onCorrect}>Correct {countOf(sums.changed, "call")}</Button>
          <Text size="xs" c="dimmed" maw={460}>
            Corrections count in the windows the calls were made in: limits, usage pages and reports
            follow. They are appended and can be superseded, not taken back.
          </Text>
        </Group>
      ) : null}
      {sums.calls.length === 0 ? null : <CallsTable sums={sums} />}
    </Stack>
  );
}

function Totals({
  sums: { oldNano, newNano },
  isDryRun,
}: {
  readonly sums: RerateSums;
  readonly isDryRun: boolean;
}) {
  const totals = [
    ["Cost before", oldNano],
    [isDryRun ? "Cost after it" : "Cost now", newNano],
    ["Difference", newNano - oldNano],
  ] as const;
  return (
    <dl className={classes["totals"]}>
      {totals.map(([name, nano]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Money dollars={dollarsOf(nano)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function CallsTable({ sums: { calls, changed } }: { readonly sums: RerateSums }) {
  const isCut = calls.length < changed;
  const nano = (of: "old_cost" | "new_cost"): bigint =>
    calls.reduce((sum, call) => sum + parseUsd(call[of], of), 0n);
  const [before, after] = [nano("old_cost"), nano("new_cost")];
  return (
    <WideTable
      label="Calls that change"
      minWidth={640}
      maxHeight={420}
      className={classes["table"]}
      captionSide="top"
    >
      {isCut ? (
        <Table.Caption ta="left" mt={0}>
          The first {calls.length} of {countOf(changed, "call")}.
        </Table.Caption>
      ) : null}
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Call</Table.Th>
          <Table.Th scope="col">Model</Table.Th>
          {["Before", "After", "Difference"].map((name) => (
            <Table.Th key={name} scope="col" className="figures">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {calls.map((call) => (
          <CallRow key={call.event_id} call={call} />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={2}>
            {isCut ? "These" : "Total"}
          </Table.Th>
          <Table.Td className="figures">
            <Money dollars={dollarsOf(before)} />
          </Table.Td>
          <Table.Td className="figures">
            <Money dollars={dollarsOf(after)} />
          </Table.Td>
          <Table.Td className="figures">
            <Money dollars={dollarsOf(after - before)} />
          </Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

function CallRow({ call }: { readonly call: RepricedCall }) {
  const [before, after] = [parseUsd(call.old_cost, ""), parseUsd(call.new_cost, "")];
  return (
    <Table.Tr>
      <Table.Th scope="row" title={call.event_id} className={classes["day"]}>
        {exactTime(call.timestamp)}
      </Table.Th>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{call.model}</Table.Td>
      <Table.Td className="figures">
        <Money dollars={dollarsOf(before)} />
      </Table.Td>
      <Table.Td className="figures">
        <Money dollars={dollarsOf(after)} />
      </Table.Td>
      <Table.Td className="figures">
        <Money dollars={dollarsOf(after - before)} />
      </Table.Td>
    </Table.Tr>
  );
}
