/** A customer's alerts, and how they want to hear of them. */
import { Tabs } from "@mantine/core";
import { useCallback, useState } from "react";
import type { LiveEvent } from "../../../../src/client/follow-stream.ts";
import { useAddress } from "../../app/address.ts";
import { useLive } from "../../app/live.ts";
import { useSubject } from "../../app/subject.tsx";
import { TIME_ZONE } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { AlertList } from "./alert-list.tsx";
import { PreferencesPanel } from "./preferences-panel.tsx";

export function AlertsPage() {
  const { userId } = useSubject();
  const [arrived, setArrived] = useState<string | null>(null);
  const onEvent = useCallback((event: LiveEvent) => {
    if (event.event === "alert") setArrived(titleOf(event.data));
  }, []);
  useLive(userId, onEvent);
  const [{ tab }, change] = useAddress();
  return (
    <Page title="Alerts" subtitle={`Times are in ${TIME_ZONE}.`}>
      <Said words={arrived} />
      <Tabs
        value={tab === "preferences" ? "preferences" : "alerts"}
        onChange={(value) =>
          change({ tab: value === "preferences" ? "preferences" : undefined, page: undefined })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="alerts">Alerts</Tabs.Tab>
          <Tabs.Tab value="preferences">Preferences</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="alerts" style={{ display: "grid", gap: 12 }}>
          <AlertList />
        </Tabs.Panel>
        <Tabs.Panel value="preferences">
          <PreferencesPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function titleOf(alert: unknown): string {
  const isTitled = typeof alert === "object" && alert !== null && "title" in alert;
  return isTitled ? `Just now: ${String(alert.title)}` : "A new alert has come.";
}
