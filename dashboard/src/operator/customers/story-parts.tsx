/** A customer's story in parts: calls, keys, alerts, refusals, their subscription, and who did what; the open one is in the address. */
import { Button, Group, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useAddress } from "../../app/address.ts";
import { KeyCards } from "../../customer/keys/key-cards.tsx";
import { isOver } from "../../customer/keys/key-parts.tsx";
import { keysQuery, type OwnKey, stateOf } from "../../customer/keys/key-queries.ts";
import { KeyTable } from "../../customer/keys/key-table.tsx";
import { limitsQuery } from "../../customer/overview/overview-queries.ts";
import { TIME_ZONE } from "../../parts/format.ts";
import { useIsNarrow } from "../../parts/is-narrow.ts";
import { Card } from "../../parts/page.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { AuditPart } from "./audit-part.tsx";
import { AlertsPart, CallsPart } from "./calls-part.tsx";
import { ChangesPart } from "./changes-part.tsx";
import type { LimitUse } from "./customer-queries.ts";
import { RefusalsPart } from "./refusals-part.tsx";

const PARTS = [
  { value: "calls", label: "Last calls", isOfErased: false },
  { value: "keys", label: "Keys", isOfErased: false },
  { value: "alerts", label: "Alerts", isOfErased: false },
  { value: "refusals", label: "Refusals", isOfErased: true },
  { value: "subscription", label: "Subscription", isOfErased: false },
  { value: "audit", label: "Audit log", isOfErased: true },
] as const;

type PartName = (typeof PARTS)[number]["value"];

export function StoryParts({
  id,
  isErased = false,
}: {
  readonly id: string;
  /** Of one who was erased only what stands under the internal id is there. */
  readonly isErased?: boolean;
}) {
  const [{ part }, change] = useAddress();
  const parts = PARTS.filter(({ isOfErased }) => !isErased || isOfErased);
  const first = isErased ? "refusals" : "calls";
  const shown = parts.find(({ value }) => value === part)?.value ?? first;
  return (
    <Card>
      <Tabs
        value={shown}
        onChange={(value) => change({ part: value === first ? undefined : (value ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="sm" style={{ overflowX: "auto", flexWrap: "nowrap" }}>
          {parts.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map(({ value }) => (
          <Tabs.Panel key={value} value={value}>
            {shown === value ? partOf(value, id) : null}
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="xs" c="dimmed" mt="xs">
        Times are in {TIME_ZONE}.
      </Text>
    </Card>
  );
}

function partOf(name: PartName, id: string): ReactNode {
  switch (name) {
    case "calls":
      return <CallsPart id={id} />;
    case "keys":
      return <KeysPart id={id} />;
    case "alerts":
      return <AlertsPart id={id} />;
    case "refusals":
      return <RefusalsPart id={id} />;
    case "subscription":
      return <ChangesPart id={id} />;
    case "audit":
      return <AuditPart id={id} />;
  }
}

function KeysPart({ id }: { readonly id: string }) {
  const [, change] = useAddress();
  const query = useQuery(keysQuery(id));
  const { data: limits } = useQuery(limitsQuery(id));
  return (
    <>
      <Group justify="flex-end" mb="xs">
        <Button size="xs" variant="default" onClick={() => change({ ask: "create" })}>
          Make a key
        </Button>
      </Group>
      <Await query={query} height={180}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty title="No keys">
              Calls for this customer come by a service key, or not at all.
            </Empty>
          ) : (
            <Keys keys={keys} uses={limits?.limits ?? []} />
          )
        }
      </Await>
    </>
  );
}

function Keys({
  keys,
  uses,
}: {
  readonly keys: readonly OwnKey[];
  readonly uses: readonly LimitUse[];
}) {
  const isNarrow = useIsNarrow();
  const now = Date.now();
  const shown = keys.map((key) => {
    const state = stateOf(key, keys, now);
    const own = isOver(state) ? [] : uses.filter((use) => use.key?.id === key.counts_as);
    return { of: key, state, uses: own };
  });
  return isNarrow ? <KeyCards shown={shown} /> : <KeyTable shown={shown} />;
}
