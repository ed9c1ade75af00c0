/** A page of customers, with the sums of what it shows and the way to the next page. */
import { Button, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { z } from "zod";
import type { listCustomers } from "../../../../src/api/contract/endpoints/customers.ts";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { exactly, fullDay } from "../../parts/format.ts";
import { useIsNarrow } from "../../parts/is-narrow.ts";
import { Money } from "../../parts/money.tsx";
import { Empty } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import type { CustomersAsked, ListedCustomer } from "./customer-queries.ts";
import classes from "./customers.module.css";
import { StatusWord } from "./status-word.tsx";

type CustomerPage = z.output<(typeof listCustomers)["answer"]>;

export function CustomersTable({
  page,
  asked,
  isOfBefore,
}: {
  readonly page: CustomerPage;
  readonly asked: CustomersAsked;
  /** Something else was asked for, and this is still the page before. */
  readonly isOfBefore: boolean;
}) {
  const { customers } = page;
  return (
    <div className={isOfBefore ? classes["refetching"] : undefined}>
      {customers.length === 0 ? (
        <Nobody page={page} asked={asked} />
      ) : (
        <Rows customers={customers} />
      )}
      <Pages page={page} asked={asked} />
    </div>
  );
}

function Nobody({ page, asked }: { readonly page: CustomerPage; readonly asked: CustomersAsked }) {
  const { cursor, ...filters } = asked;
  if (Object.keys(filters).length > 0 || cursor !== undefined) {
    return (
      <Empty title="Nobody found">
        {page.has_more
          ? `Among the ${exactly(page.searched)} customers looked at. There are more to search.`
          : "No customer is like that. Search by a whole id, or by a part of a name or an e-mail."}
      </Empty>
    );
  }
  return (
    <Empty title="No customers yet">
      They come by themselves with the first call that your backend makes for them, or you add one
      here.
    </Empty>
  );
}

function Rows({ customers }: { readonly customers: readonly ListedCustomer[] }) {
  const isNarrow = useIsNarrow();
  const calls = customers.reduce((sum, { usage }) => sum + usage.calls, 0);
  return (
    <WideTable
      label="Customers"
      minWidth={0}
      className={classes["table"]}
      verticalSpacing={6}
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Customer</Table.Th>
          {isNarrow ? null : (
            <>
              <Table.Th scope="col">Plan</Table.Th>
              <Table.Th scope="col">Status</Table.Th>
              <Table.Th scope="col">Since</Table.Th>
              <Table.Th scope="col" className="figures">
                Calls
              </Table.Th>
            </>
          )}
          <Table.Th scope="col" className="figures">
            Cost
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {customers.map((customer) => (
          <Row key={customer.id} customer={customer} isNarrow={isNarrow} />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={isNarrow ? 1 : 4}>
            These {exactly(customers.length)} together
          </Table.Th>
          {isNarrow ? null : (
            <Table.Td className="figures">
              <Amount of={calls} />
            </Table.Td>
          )}
          <Table.Td className="figures">
            <Money dollars={sumOfCosts(customers)} />
          </Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

function Row({
  customer: { id, name, email, plan, subscription_status: status, created_at, usage, erased },
  isNarrow,
}: {
  readonly customer: ListedCustomer;
  readonly isNarrow: boolean;
}) {
  const state = <StatusWord status={status} isErased={erased} />;
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes["who"]}>
        <PageLink to={`//customers/${encodeURIComponent(id)}`} fw={550} inherit>
          <span title={id}>{id}</span>
        </PageLink>
        <Person words={[name, email]} />
        {isNarrow ? (
          <Group gap="xs">
            <Text size="xs">{plan.name}</Text>
            {state}
          </Group>
        ) : null}
      </Table.Th>
      {isNarrow ? null : (
        <>
          <Table.Td>{plan.name}</Table.Td>
          <Table.Td>{state}</Table.Td>
          <Table.Td className={classes["day"]}>
            <time dateTime={created_at}>{fullDay(created_at)}</time>
          </Table.Td>
          <Table.Td className="figures">
            <Amount of={usage.calls} />
          </Table.Td>
        </>
      )}
      <Table.Td className="figures">
        <Money dollars={usage.cost} />
      </Table.Td>
    </Table.Tr>
  );
}

function Person({ words }: { readonly words: readonly (string | null)[] }) {
  const known = words.filter((each) => each !== null).join(" · ");
  return known === "" ? null : (
    <Text size="xs" c="dimmed" truncate title={known}>
      {known}
    </Text>
  );
}

/** To the nano-dollar. */
function sumOfCosts(customers: readonly ListedCustomer[]): number {
  return Math.round(customers.reduce((sum, { usage }) => sum + usage.cost, 0) * 1e9) / 1e9;
}

/** Pages are places of their own, so that the browser's way back leads to the page before. */
function Pages({
  page: { next_cursor: next, searched },
  asked,
}: {
  readonly page: CustomerPage;
  readonly asked: CustomersAsked;
}) {
  const [address] = useAddress();
  const to = (after: string | undefined) => ({ ...address, do: undefined, after });
  if (next === undefined && asked.cursor === undefined) return null;
  return (
    <Group justify="space-between" mt="sm">
      <Text size="xs" c="dimmed">
        {asked.search === undefined
          ? null
          : `${exactly(searched)} customers searched for this page`}
      </Text>
      <Group gap="xs">
        {asked.cursor === undefined ? null : <Step words="First page" search={to(undefined)} />}
        {next === undefined ? null : <Step words="Next page" search={to(next)} />}
      </Group>
    </Group>
  );
}

function Step({ words, search }: { readonly words: string; readonly search: object }) {
  return (
    <Button
      variant="default"
      size="xs"
      renderRoot={(props: object) => <Link {...props} to="/customers" search={search} />}
    >
      {words}
    </Button>
  );
}
