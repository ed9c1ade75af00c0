/** The versions of a plan, newest first: what each changed, who is on it, and the way to move them. */
import { Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { countOf } from "../../../../src/core/amount-words.ts";
import { useAddress } from "../../app/address.ts";
import { Amount } from "../../parts/amount.tsx";
import { TIME_ZONE } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { Await } from "../../parts/states.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { MoveSubscribers } from "./move-subscribers.tsx";
import { linesBetween, lineWords } from "./plan-changes.ts";
import { type AdminPlan, type PlanVersionRow, versionsQuery } from "./plan-queries.ts";
import classes from "./plans.module.css";

export function VersionsCard({
  plan,
  onMoved,
}: {
  readonly plan: AdminPlan;
  readonly onMoved: (words: string) => void;
}) {
  const query = useQuery(versionsQuery(plan.slug));
  const [{ move }, change] = useAddress();
  return (
    <Card
      title="Versions"
      aside={
        <Text size="xs" c="dimmed">
          Times in {TIME_ZONE}
        </Text>
      }
    >
      <Await query={query} height={240}>
        {(versions) => (
          <>
            <VersionsTable plan={plan} versions={versions} />
            <MoveSubscribers
              plan={plan}
              versions={versions}
              from={versions.find(({ version }) => String(version) === move) ?? null}
              onClose={() => change({ move: undefined })}
              onMoved={onMoved}
            />
          </>
        )}
      </Await>
    </Card>
  );
}

function VersionsTable({
  plan,
  versions,
}: {
  readonly plan: AdminPlan;
  readonly versions: readonly PlanVersionRow[];
}) {
  return (
    <WideTable label={`Versions of ${plan.name}`} minWidth={640} className={classes["table"]}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Version</Table.Th>
          <Table.Th scope="col">Made</Table.Th>
          <Table.Th scope="col">What it changed</Table.Th>
          <Table.Th scope="col" className="figures">
            Subscribers
          </Table.Th>
          <Table.Th scope="col">
            <VisuallyHidden>Move them</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map((row, at) => (
          <VersionRow
            key={row.version}
            row={row}
            before={versions[at + 1] ?? null}
            isNewest={at === 0}
          />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={3}>
            {countOf(versions.length, "version")}
          </Table.Th>
          <Table.Td className="figures">
            <Amount of={versions.reduce((sum, { subscribers }) => sum + subscribers, 0)} />
          </Table.Td>
          <Table.Td />
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

function VersionRow({
  row,
  before,
  isNewest,
}: {
  readonly row: PlanVersionRow;
  readonly before: PlanVersionRow | null;
  readonly isNewest: boolean;
}) {
  const [, change] = useAddress();
  const { version, subscribers } = row;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {version}
        {isNewest ? <Text size="xs">in force</Text> : null}
      </Table.Th>
      <Table.Td>
        <RelativeTime at={row.created_at} />
      </Table.Td>
      <Table.Td>
        <ul className={classes["lines"]}>
          {(before === null ? ["The first"] : linesBetween(before, row).map(lineWords)).map(
            (line) => (
              <li key={line}>{line}</li>
            ),
          )}
        </ul>
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={subscribers} />
      </Table.Td>
      <Table.Td ta="right">
        {isNewest || subscribers === 0 ? null : (
          <Button
            variant="default"
            size="xs"
            onClick={() => change({ move: String(version) })}
            aria-label={`Move the subscribers of version ${version}`}
          >
            Move
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
