/** The live log of calls, newest first, with filters; a line leads to its call's story. */
import { Group, Skeleton, Text } from "@mantine/core";
import { useMemo } from "react";
import { useAddress } from "../../app/address.ts";
import { type LiveState, useLive } from "../../app/live.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { exactly, TIME_ZONE } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { Empty, Failure } from "../../parts/states.tsx";
import { ExportMenu } from "../usage/export-menu.tsx";
import { useKeyNames } from "../usage/key-names.ts";
import { useStretch } from "../usage/stretch.ts";
import { StretchPicker } from "../usage/stretch-picker.tsx";
import { UsageCrumbs } from "../usage/usage-crumbs.tsx";
import { type AskedCalls, askedCalls, FILTERS } from "./asked-calls.ts";
import { CallFilters } from "./call-filters.tsx";
import classes from "./calls.module.css";
import { CallsTable } from "./calls-table.tsx";
import { type Calls, useCalls } from "./use-calls.ts";

export function CallsPage() {
  const { userId } = useSubject();
  const [address] = useAddress();
  const stretch = useStretch("all");
  const written = JSON.stringify(askedCalls(address, stretch));
  // The same one as long as it asks the same.
  const asked = useMemo<AskedCalls | null>(() => JSON.parse(written), [written]);
  const calls = useCalls(asked);
  const live = useLive(userId);
  const isNarrowed = FILTERS.some((name) => address[name] !== undefined) || stretch.span !== "all";
  return (
    <Page
      title="Calls"
      subtitle={`Newest first. Times are of ${TIME_ZONE}.`}
      actions={
        <>
          <StretchPicker otherwise="all" />
          <ExportMenu asked={asked} />
        </>
      }
    >
      <UsageCrumbs end="Calls" />
      <CallFilters />
      <div>
        <State calls={calls} live={live} isOpen={stretch.isOpen || stretch.span === "all"} />
        <List calls={calls} isNarrowed={isNarrowed} />
      </div>
    </Page>
  );
}

function List({ calls, isNarrowed }: { readonly calls: Calls; readonly isNarrowed: boolean }) {
  const keyName = useKeyNames();
  if (calls.lines.length > 0) return <CallsTable calls={calls} keyName={keyName} />;
  if (calls.fault !== null) return <Failure fault={calls.fault} again={calls.again} />;
  if (calls.isReading || calls.total === null) {
    return (
      <output aria-label="Loading">
        <Skeleton radius="md" className={classes["tall"] ?? ""} />
      </output>
    );
  }
  return isNarrowed ? (
    <Empty title="No call is like this">
      <PageLink to="/calls" inherit underline="always">
        Show all calls
      </PageLink>
    </Empty>
  ) : (
    <Empty title="No calls yet">
      Each call appears here within a second of its end.{" "}
      <PageLink to="/keys" inherit underline="always">
        Keys
      </PageLink>{" "}
      shows how to make the first.
    </Empty>
  );
}

/** How many there are, and whether what happens now comes by itself. */
function State({
  calls,
  live,
  isOpen,
}: {
  readonly calls: Calls;
  readonly live: LiveState;
  readonly isOpen: boolean;
}) {
  const { total, isTotalAtLeast, lines, isReading } = calls;
  const how = isTotalAtLeast ? "at least " : "";
  return (
    <Group justify="space-between" gap="xs" mb={6} mih={20}>
      <Text size="sm" c="dimmed" className="figures">
        {total === null ? "" : `${how}${exactly(Math.max(total, lines.length))} calls`}
        {lines.length > 0 && isReading ? ", reading on" : ""}
      </Text>
      <Text size="sm" c="dimmed" role="status">
        {isOpen ? LIVE[live] : ""}
      </Text>
    </Group>
  );
}

const LIVE: Readonly<Record<LiveState, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Connection lost; it catches up by itself",
};
