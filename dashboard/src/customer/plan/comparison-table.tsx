/** The table of plans: a column each, a row for each limit that tells them apart. */
import { Badge, Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { money } from "../../parts/format.ts";
import { WideTable } from "../../parts/wide-table.tsx";
import { compareLimits, type PlanColumn } from "./comparison.ts";
import classes from "./plan.module.css";
import type { Cycle } from "./plan-queries.ts";
import { priceOf } from "./plan-words.ts";

interface Shown {
  readonly columns: readonly PlanColumn[];
  readonly cycle: Cycle;
}

export function ComparisonTable({ columns, cycle }: Shown) {
  const limits = compareLimits(columns.map(({ plan }) => plan));
  const isTold = columns.some(({ which }) => which !== undefined);
  const hasFeatures = columns.some(({ plan }) => (plan.features ?? []).length > 0);
  return (
    <WideTable
      minWidth={columns.length < 3 ? 0 : columns.length * 150 + 150}
      label="Plans and their limits"
      className={classes["comparison"] ?? ""}
      layout="fixed"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Td />
          {columns.map((column) => (
            <PlanHead key={keyOf(column)} column={column} cycle={cycle} isTold={isTold} />
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {limits.map(({ key, name, allowances }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row">{name}</Table.Th>
            {allowances.map((allowance, at) => (
              <Table.Td
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place in the row.
                key={at}
                className={`figures ${classOf(columns[at])} ${allowance.kind === "without" ? classes["without"] : ""}`}
              >
                {allowance.words}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
        {hasFeatures ? <FeaturesRow columns={columns} /> : null}
      </Table.Tbody>
    </WideTable>
  );
}

function PlanHead({
  column,
  cycle,
  isTold,
}: Pick<Shown, "cycle"> & {
  readonly column: PlanColumn;
  /** One of the columns says which version it is, so each leaves a line for it. */
  readonly isTold: boolean;
}) {
  const { plan, isPresent } = column;
  const [, change] = useAddress();
  const saved = plan.price_monthly * 12 - plan.price_yearly;
  return (
    <Table.Th scope="col" className={`figures ${classOf(column)}`} style={{ whiteSpace: "normal" }}>
      <Text fw={650} style={{ overflowWrap: "anywhere" }}>
        {plan.name}
      </Text>
      {isTold ? (
        <Text size="xs" c="dimmed" mih={18}>
          {column.which}
        </Text>
      ) : null}
      <Text size="sm">{priceOf(plan, cycle)}</Text>
      <Text size="xs" c="dimmed" mih={18}>
        {cycle === "yearly" && saved > 0 ? `${money(saved)} less than monthly` : ""}
      </Text>
      {isPresent ? (
        <Badge variant="default" tt="none" mt={4}>
          Your plan
        </Badge>
      ) : (
        <Button
          size="compact-xs"
          px={6}
          variant="default"
          mt={4}
          onClick={() => change({ change: String(plan.id), cycle })}
        >
          See changes
          <VisuallyHidden>
            {" "}
            to {plan.name} {column.which}
          </VisuallyHidden>
        </Button>
      )}
    </Table.Th>
  );
}

function FeaturesRow({ columns }: Pick<Shown, "columns">) {
  return (
    <Table.Tr>
      <Table.Th scope="row">Features</Table.Th>
      {columns.map((column) => (
        <Table.Td key={keyOf(column)} className={classOf(column)}>
          <ul className={classes["features"]}>
            {(column.plan.features ?? []).map((feature) => (
              <li key={feature}>{feature}</li>
            ))}
          </ul>
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function keyOf({ plan, isPresent }: PlanColumn): string {
  return `${plan.id} ${isPresent}`;
}

function classOf(column: PlanColumn | undefined): string {
  return column?.isPresent === true ? (classes["present"] ?? "") : "";
}
