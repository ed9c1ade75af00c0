/** The alerts of a customer, newest first, as they come; read one by one or all at once. */
import { Button, Group, Paper } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Pages } from "../../parts/pages.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { AlertFilters } from "./alert-filters.tsx";
import { AlertItem } from "./alert-item.tsx";
import { ALERTS_A_PAGE, type AlertPage, alertsQuery, askedAlerts } from "./alert-queries.ts";
import classes from "./alerts.module.css";

export function AlertList() {
  const { userId } = useSubject();
  const [address] = useAddress();
  const query = useQuery(alertsQuery(userId, askedAlerts(address)));
  const marking = useMarking(userId);
  const unread = query.data?.unread_count;
  return (
    <>
      <Group justify="space-between" gap="sm">
        <AlertFilters unreadCount={unread} />
        <Button
          variant="default"
          onClick={() => marking.all.mutate()}
          loading={marking.all.isPending}
          disabled={unread === undefined || unread === 0}
        >
          Mark all as read
        </Button>
      </Group>
      <Said words={marking.said} />
      <Refused fault={marking.one.error ?? marking.all.error} />
      <Await query={query} height={420}>
        {(page) => <Alerts page={page} marking={marking} />}
      </Await>
    </>
  );
}

function Alerts({
  page,
  marking: { one },
}: {
  readonly page: AlertPage;
  readonly marking: ReturnType<typeof useMarking>;
}) {
  const [address, change] = useAddress();
  const asked = askedAlerts(address);
  if (page.alerts.length === 0) return <NoAlerts isFiltered={isFiltered(asked)} />;
  return (
    <>
      <Paper withBorder radius="md" style={{ overflow: "hidden" }}>
        <ul className={classes["list"]} aria-label="Alerts, newest first">
          {page.alerts.map((alert) => (
            <AlertItem
              key={alert.id}
              alert={alert}
              onRead={() => one.mutate(alert.id)}
              isMarking={one.isPending && one.variables === alert.id}
            />
          ))}
        </ul>
      </Paper>
      <Pages
        of="Alerts"
        total={page.total}
        size={ALERTS_A_PAGE}
        value={asked.page}
        onChange={(next) => change({ page: next === 1 ? undefined : String(next) })}
      />
    </>
  );
}

function isFiltered({ isUnreadOnly, severity, page }: ReturnType<typeof askedAlerts>): boolean {
  return isUnreadOnly || severity !== undefined || page > 1;
}

function NoAlerts({ isFiltered: hasFilters }: { readonly isFiltered: boolean }) {
  const [, change] = useAddress();
  if (hasFilters) {
    return (
      <Empty title="No such alerts" order={2}>
        Nothing fits these filters.{" "}
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => change({ unread: undefined, severity: undefined, page: undefined })}
        >
          Show all alerts
        </Button>
      </Empty>
    );
  }
  return (
    <Empty title="No alerts so far" order={2}>
      When 80 or 90 % of a limit is used, when it is reached, or when it will be at this rate, it
      stands here at once. The preferences say at which percentages, and by which other ways you
      hear of it.
    </Empty>
  );
}

function useMarking(userId: string) {
  const [said, setSaid] = useState<string | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ["customer", userId] });
  const one = useMutation({
    mutationFn: (alertId: number) => client.markAlertRead(alertId, userId),
    onSuccess: () => {
      setSaid("The alert is marked as read.");
      return refresh();
    },
  });
  const all = useMutation({
    mutationFn: () => client.markAllAlertsRead(userId),
    onSuccess: ({ marked }) => {
      setSaid(
        marked === 1 ? "One alert is marked as read." : `${marked} alerts are marked as read.`,
      );
      return refresh();
    },
  });
  return { one, all, said };
}
