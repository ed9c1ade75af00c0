/** How the installation is, its keys, who changed what, and who was refused. */
import { Tabs } from "@mantine/core";
import { type AddressState, useAddress } from "../../app/address.ts";
import { TIME_ZONE } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { LOG_FIELDS } from "./asked-log.ts";
import { AuditLogTab } from "./audit-log-tab.tsx";
import { HealthTab } from "./health-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { RefusalsTab } from "./refusals-tab.tsx";

const TABS = [
  { name: "health", label: "Health" },
  { name: "keys", label: "Keys" },
  { name: "log", label: "Audit log" },
  { name: "refusals", label: "Refusals" },
] as const;

/** Everything else in the address is of one tab, so it goes with it. */
const OF_A_TAB = [...LOG_FIELDS, "after", "ask", "key", "shown"];

export function SystemPage() {
  const [address, change] = useAddress();
  const choose = (tab: string | null): void => {
    const cleared = Object.fromEntries(OF_A_TAB.map((name) => [name, undefined]));
    change({ ...cleared, tab: tab === null || tab === "health" ? undefined : tab });
  };
  return (
    <Page title="System" subtitle={`Times are in ${TIME_ZONE}.`}>
      <Tabs value={tabOf(address)} onChange={choose} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map(({ name, label }) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="health">
          <HealthTab />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysTab />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <AuditLogTab />
        </Tabs.Panel>
        <Tabs.Panel value="refusals">
          <RefusalsTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function tabOf({ tab }: AddressState): string {
  return TABS.find(({ name }) => name === tab)?.name ?? "health";
}
