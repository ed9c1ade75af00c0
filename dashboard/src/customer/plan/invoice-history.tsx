/** A customer's invoices; honest about there being none. */
import { Anchor, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { fullDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { Pages, pageOf } from "../../parts/pages.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { type InvoicePage, invoicesQuery, LINES_A_PAGE } from "./plan-queries.ts";

export function InvoiceHistory() {
  const { userId } = useSubject();
  const [{ invoices }, change] = useAddress();
  const page = pageOf(invoices);
  const query = useQuery(invoicesQuery(userId, page));
  return (
    <Card title="Billing history">
      <Await query={query} height={140}>
        {(found) =>
          found.invoices.length === 0 ? (
            <Empty title="There are no invoices">
              Purser has charged nothing: no payment provider is set up, so plans are granted by
              whoever runs the application. What your providers took is on the page Usage.
            </Empty>
          ) : (
            <>
              <Invoices invoices={found.invoices} />
              <Pages
                of="Invoices"
                total={found.total_count}
                size={LINES_A_PAGE}
                value={page}
                onChange={(next) => change({ invoices: next === 1 ? undefined : String(next) })}
              />
            </>
          )
        }
      </Await>
    </Card>
  );
}

function Invoices({ invoices }: Pick<InvoicePage, "invoices">) {
  return (
    <WideTable minWidth={560} label="Invoices, newest first">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Number</Table.Th>
          <Table.Th scope="col">Period</Table.Th>
          <Table.Th scope="col">Status</Table.Th>
          <Table.Th scope="col" className="figures">
            Total
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Paid
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoices.map((invoice) => (
          <Table.Tr key={invoice.id}>
            <Table.Td>
              {invoice.hosted_url === undefined ? (
                invoice.number
              ) : (
                <Anchor href={invoice.hosted_url} size="sm">
                  {invoice.number}
                </Anchor>
              )}
            </Table.Td>
            <Table.Td>
              {fullDay(invoice.period_start)} to {fullDay(invoice.period_end)}
            </Table.Td>
            <Table.Td>{invoice.status}</Table.Td>
            <Table.Td className="figures">
              <Money dollars={invoice.total} />
            </Table.Td>
            <Table.Td className="figures">
              <Money dollars={invoice.amount_paid} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
