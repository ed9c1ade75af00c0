/** The periods that a customer's subscriptions began, and what was used in the one before each. */
import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { Amount } from "../../parts/amount.tsx";
import { fullDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { Pages, pageOf } from "../../parts/pages.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { LINES_A_PAGE, type RenewalPage, renewalsQuery } from "./plan-queries.ts";

type Renewal = RenewalPage["renewals"][number];

export function RenewalHistory() {
  const { userId } = useSubject();
  const [{ renewals }, change] = useAddress();
  const page = pageOf(renewals);
  const query = useQuery(renewalsQuery(userId, page));
  return (
    <Card title="Renewal history">
      <Await query={query} height={180}>
        {(found) =>
          found.renewals.length === 0 ? (
            <Empty title="No period has begun yet">
              Each paid period that begins, and each change to another plan, will be a line here.
            </Empty>
          ) : (
            <>
              <Renewals lines={found.renewals} />
              <Pages
                of="Renewals"
                total={found.total_count}
                size={LINES_A_PAGE}
                value={page}
                onChange={(next) => change({ renewals: next === 1 ? undefined : String(next) })}
              />
            </>
          )
        }
      </Await>
    </Card>
  );
}

const KIND_WORDS: Readonly<Record<Renewal["renewal_type"], string>> = {
  new: "Subscribed",
  renewal: "Renewed",
  upgrade: "Upgraded",
  downgrade: "Downgraded",
};

function Renewals({ lines }: { readonly lines: readonly Renewal[] }) {
  return (
    <WideTable minWidth={820} label="Periods that began, newest first">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">When</Table.Th>
          <Table.Th scope="col">What</Table.Th>
          <Table.Th scope="col">Plan</Table.Th>
          <Table.Th scope="col">Period</Table.Th>
          <Table.Th scope="col" className="figures">
            Used before: calls
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Cost
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Payment
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <RenewalLine key={line.id} line={line} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function RenewalLine({ line }: { readonly line: Renewal }) {
  const { usage_before_renewal: used, previous_plan_name: before } = line;
  const isOther = before !== null && before !== line.plan_name;
  return (
    <Table.Tr>
      <Table.Td>
        <ExactTime at={line.created_at} />
      </Table.Td>
      <Table.Td>{KIND_WORDS[line.renewal_type]}</Table.Td>
      <Table.Td>
        {isOther ? `${before} to ${line.plan_name}` : line.plan_name}, {line.billing_cycle}
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {fullDay(line.new_period_start)} to {fullDay(line.new_period_end)}
      </Table.Td>
      <Table.Td className="figures">
        {used === null ? "none" : <Amount of={used.total_calls} />}
      </Table.Td>
      <Table.Td className="figures">
        {used === null ? "none" : <Money dollars={used.total_cost} />}
      </Table.Td>
      <Table.Td className="figures">
        {line.payment_amount === 0 ? (
          "none"
        ) : (
          <>
            <Money dollars={line.payment_amount} /> {line.payment_status}
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
