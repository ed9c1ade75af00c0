/** One line for each provider: credential, health, latency, calls and cost, with their sums. */
import { Anchor, Code, Group, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { Amount } from "../../parts/amount.tsx";
import { duration, percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { providerColour } from "../../parts/provider-colours.ts";
import { type Column, RowsTable } from "../../parts/rows-table.tsx";
import { ToneWord } from "../../parts/tone-word.tsx";
import { HEALTH_TONES, healthOf } from "./provider-health.ts";
import type { ProviderState } from "./provider-queries.ts";
import classes from "./providers.module.css";

const HOUR = "Last hour";
const MONTH = "This month, UTC";
const COLUMNS: readonly Column[] = [
  { name: "Provider" },
  { name: "Health" },
  { name: "Credential" },
  { group: HOUR, name: "Calls", isFigures: true },
  { group: HOUR, name: "Failed", isFigures: true },
  { group: HOUR, name: "p50", isFigures: true },
  { group: HOUR, name: "p95", isFigures: true },
  { group: MONTH, name: "Calls", isFigures: true },
  { group: MONTH, name: "Failed", isFigures: true },
  { group: MONTH, name: "Cost", isFigures: true },
];

/** Those that can be called or were; the others, which have no sums, once they are asked for. */
export function ProvidersTable({ providers }: { readonly providers: readonly ProviderState[] }) {
  const [{ show }, change] = useAddress();
  const inUse = providers.filter(isInUse);
  const rest = providers.length - inUse.length;
  const isAll = show === "all" || inUse.length === 0;
  return (
    <>
      <Table providers={isAll ? providers : inUse} />
      {rest === 0 || inUse.length === 0 ? null : (
        <Anchor
          component="button"
          type="button"
          size="sm"
          mt="xs"
          aria-expanded={isAll}
          onClick={() => change({ show: isAll ? undefined : "all" })}
        >
          {isAll ? "Show those in use only" : `Show ${rest} more that can be set up`}
        </Anchor>
      )}
    </>
  );
}

function isInUse({ credential, month, last_hour: hour }: ProviderState): boolean {
  return credential === "set" || month.calls > 0 || hour.calls > 0;
}

function Table({ providers }: { readonly providers: readonly ProviderState[] }) {
  return (
    <RowsTable
      label="Providers"
      minWidth={920}
      columns={COLUMNS}
      rows={providers.map((each) => ({ key: each.provider, cells: cellsOf(each) }))}
      total={[
        "Total",
        null,
        null,
        <Amount key="hour" of={sumOf(providers, ({ last_hour: { calls } }) => calls)} />,
        <Amount key="failed" of={sumOf(providers, ({ last_hour: { failed } }) => failed)} />,
        null,
        null,
        <Amount key="month" of={sumOf(providers, ({ month: { calls } }) => calls)} />,
        <Amount key="failed-month" of={sumOf(providers, ({ month: { failed } }) => failed)} />,
        <Money key="cost" dollars={sumOf(providers, ({ month: { cost } }) => cost)} />,
      ]}
    />
  );
}

function cellsOf(state: ProviderState) {
  const { last_hour: hour, month } = state;
  const health = healthOf(state);
  return [
    <Name key="name" of={state} />,
    <ToneWord key="health" tone={HEALTH_TONES[health]} words={health} />,
    <Credential key="credential" of={state} />,
    <Amount key="hour" of={hour.calls} />,
    <Failed key="failed" of={hour} />,
    latency(hour.p50_ms),
    latency(hour.p95_ms),
    <Amount key="month" of={month.calls} />,
    <Failed key="failed-month" of={month} />,
    <Money key="cost" dollars={month.cost} />,
  ];
}

function Name({ of: { provider, title, host, month } }: { readonly of: ProviderState }) {
  const [{ provider: opened }, change] = useAddress();
  const isOpen = opened === provider;
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <span
          className={classes["chip"]}
          style={{ background: providerColour(provider) }}
          aria-hidden
        />
        {month.calls === 0 ? (
          <Text span size="sm" fw={550}>
            {title}
          </Text>
        ) : (
          <Anchor
            component="button"
            type="button"
            size="sm"
            fw={550}
            aria-expanded={isOpen}
            onClick={() => change({ provider: isOpen ? undefined : provider })}
          >
            {title}
          </Anchor>
        )}
      </Group>
      <Text size="xs" c="dimmed" className={classes["host"]}>
        {host}
      </Text>
    </>
  );
}

function Credential({
  of: { credential, credential_setting: setting },
}: {
  readonly of: ProviderState;
}) {
  if (credential === "not_needed") return "not needed";
  if (credential === "set") return "set";
  return (
    <>
      missing
      <br />
      <Code fz="xs">{setting}</Code>
    </>
  );
}

/** How many and of how many in percent, where there were any. */
function Failed({ of }: { readonly of: { calls: number; failed: number; error_rate: number } }) {
  if (of.calls === 0) return "–";
  return (
    <>
      <Amount of={of.failed} />
      {of.failed === 0 ? null : (
        <Text span size="xs" c="dimmed">
          {" "}
          {percent(of.error_rate)}
        </Text>
      )}
    </>
  );
}

export function latency(milliseconds: number | null): string {
  return milliseconds === null ? "–" : duration(milliseconds / 1_000);
}

/** To the nano-dollar, which binary sums of decimal dollars miss in the sixteenth place. */
function sumOf<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return Math.round(items.reduce((sum, item) => sum + amount(item), 0) * 1e9) / 1e9;
}
