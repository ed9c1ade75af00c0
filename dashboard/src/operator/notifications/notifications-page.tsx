/** Where alerts go, what became of each message, and the deployment's own alerts. */
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type AddressState, useAddress } from "../../app/address.ts";
import { exactly, TIME_ZONE } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { askedNotices } from "./asked-notices.ts";
import { askedOutbox } from "./asked-outbox.ts";
import { ChannelsTab } from "./channels-tab.tsx";
import { channelsQuery, noticesQuery, outboxQuery } from "./notice-queries.ts";
import { NoticesTab } from "./notices-tab.tsx";
import { OutboxTab } from "./outbox-tab.tsx";

const TABS = ["channels", "outbox", "alerts"] as const;
type Tab = (typeof TABS)[number];

/** Everything else in the address is of one tab, so it goes with it. */
const OF_A_TAB = [
  "state",
  "channel",
  "about",
  "after",
  "unread",
  "severity",
  "kind",
  "page",
  "ask",
];

export function NotificationsPage() {
  const [address, change] = useAddress();
  const labels = useLabels();
  const choose = (tab: string | null): void => {
    const cleared = Object.fromEntries(OF_A_TAB.map((name) => [name, undefined]));
    change({ ...cleared, tab: tab === null || tab === "channels" ? undefined : tab });
  };
  return (
    <Page title="Notifications" subtitle={`Times are in ${TIME_ZONE}.`}>
      <Tabs value={tabOf(address)} onChange={choose} keepMounted={false}>
        {/* In one row, also once the counts are there. */}
        <Tabs.List mb="md" style={{ flexWrap: "nowrap", overflow: "auto hidden" }}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {labels[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="channels">
          <ChannelsTab />
        </Tabs.Panel>
        <Tabs.Panel value="outbox">
          <OutboxTab />
        </Tabs.Panel>
        <Tabs.Panel value="alerts">
          <NoticesTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** A link that names a state is to the outbox. */
function tabOf({ tab, state }: AddressState): Tab {
  return TABS.find((each) => each === tab) ?? (state === undefined ? "channels" : "outbox");
}

/** What needs a hand in each, beside its name. */
function useLabels(): Readonly<Record<Tab, string>> {
  const { data: channels = [] } = useQuery(channelsQuery);
  const { data: outbox } = useQuery(outboxQuery(askedOutbox({})));
  const { data: alerts } = useQuery(noticesQuery(askedNotices({})));
  const beside = (count: number, words: string): string =>
    count === 0 ? "" : ` (${exactly(count)}${words})`;
  return {
    channels: `Channels${beside(channels.length, "")}`,
    outbox: `Outbox${beside(outbox?.counts.dead ?? 0, " given up")}`,
    alerts: `Alerts${beside(alerts?.unread_count ?? 0, " unread")}`,
  };
}
