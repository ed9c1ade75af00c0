/** All plans, cheapest first: what they cost, what limits them, and who subscribes to which version. */
import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { countOf } from "../../../../src/core/amount-words.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { Money } from "../../parts/money.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Empty } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { limitLines } from "./limit-lines.ts";
import { type AdminPlan, definitionOf, isDefaultPlan } from "./plan-queries.ts";
import classes from "./plans.module.css";

const LINES_SHOWN = 3;

export function PlansList({ plans }: { readonly plans: readonly AdminPlan[] }) {
  return (
    <Page
      title="Plans"
      subtitle="What you sell. A version of a plan never changes: an edit makes a new one, and subscribers keep theirs until you move them."
      actions={
        <Button
          renderRoot={(props: object) => <Link {...props} to="/plans" search={{ new: "1" }} />}
        >
          New plan
        </Button>
      }
    >
      <Card>{plans.length === 0 ? <Empty title="No plans" /> : <PlansTable plans={plans} />}</Card>
    </Page>
  );
}

function PlansTable({ plans }: { readonly plans: readonly AdminPlan[] }) {
  return (
    <WideTable label="Plans" minWidth={860} className={classes["table"]}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Plan</Table.Th>
          <Table.Th scope="col" className="figures">
            A month
          </Table.Th>
          <Table.Th scope="col" className="figures">
            A year
          </Table.Th>
          <Table.Th scope="col">Limits</Table.Th>
          <Table.Th scope="col" className="figures">
            Subscribers
          </Table.Th>
          <Table.Th scope="col">Versions</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {plans.map((plan) => (
          <PlanRow key={plan.slug} plan={plan} isDefault={isDefaultPlan(plan, plans)} />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={4}>
            {countOf(plans.length, "plan")}
          </Table.Th>
          <Table.Td className="figures">
            <Amount of={plans.reduce((sum, { subscribers }) => sum + subscribers, 0)} />
          </Table.Td>
          <Table.Td />
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

function PlanRow({ plan, isDefault }: { readonly plan: AdminPlan; readonly isDefault: boolean }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" maw={280}>
        <Group gap={6}>
          <PageLink to="//plans" search={{ plan: plan.slug }} fw={600} size="sm">
            {plan.name}
          </PageLink>
          {plan.hidden ? (
            <Badge size="xs" variant="default" tt="none">
              Hidden
            </Badge>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {plan.slug}, tier {plan.tier}
          {isDefault ? "; the default plan" : ""}
        </Text>
      </Table.Th>
      <Table.Td className="figures">
        <Money dollars={plan.price_monthly} />
      </Table.Td>
      <Table.Td className="figures">
        <Money dollars={plan.price_yearly} />
      </Table.Td>
      <Table.Td miw={240}>
        <LimitLines plan={plan} />
      </Table.Td>
      <Table.Td className="figures">
        <PageLink to="//customers" search={{ plan: plan.slug }} size="sm">
          <Amount of={plan.subscribers} />
        </PageLink>
      </Table.Td>
      <Table.Td miw={150}>
        <VersionWords plan={plan} />
      </Table.Td>
    </Table.Tr>
  );
}

function LimitLines({ plan }: { readonly plan: AdminPlan }) {
  const lines = limitLines(definitionOf(plan).limits);
  const more = lines.slice(LINES_SHOWN);
  if (lines.length === 0) return <>No limits</>;
  return (
    <ul className={classes["lines"]}>
      {lines.slice(0, LINES_SHOWN).map((line) => (
        <li key={line}>{line}</li>
      ))}
      {more.length === 0 ? null : (
        <Text component="li" size="xs" c="dimmed" title={more.join("\n")}>
          and {more.length} more
        </Text>
      )}
    </ul>
  );
}

function VersionWords({ plan: { slug, version, versions } }: { readonly plan: AdminPlan }) {
  const older = versions
    .filter((one) => one.version !== version)
    .reduce((sum, { subscribers }) => sum + subscribers, 0);
  return (
    <>
      <PageLink to="//plans" search={{ plan: slug, tab: "versions" }} size="sm">
        Version {version}
      </PageLink>
      <Text size="xs" c="dimmed">
        {older === 0 ? "Nobody on an older one" : `${countOf(older, "subscriber")} on older ones`}
      </Text>
    </>
  );
}
