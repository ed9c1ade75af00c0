/** The deployment's own alerts, newest first, marked as read one by one or all at once. */
import { Button, Group, Paper, Select, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { OPERATOR_ALERT_KINDS } from "../../../../src/core/alerts/event-types.ts";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { AlertFilters } from "../../customer/alerts/alert-filters.tsx";
import { AlertItem } from "../../customer/alerts/alert-item.tsx";
import { exactly } from "../../parts/format.ts";
import { Pages } from "../../parts/pages.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { askedNotices } from "./asked-notices.ts";
import { KIND_WORDS } from "./event-words.ts";
import { type MendPlace, placeOf } from "./notice-place.ts";
import { NOTICES_A_PAGE, noticesQuery, readNoticesAnew } from "./notice-queries.ts";
import classes from "./notifications.module.css";

export function NoticesTab() {
  const [address, change] = useAddress();
  const asked = askedNotices(address);
  const query = useQuery(noticesQuery(asked));
  const marking = useMarking();
  const unread = query.data?.unread_count;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <AlertFilters unreadCount={unread} />
          <KindFilter />
        </Group>
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
        {(page) =>
          page.alerts.length === 0 ? (
            <Nothing
              hasFilters={
                asked.isUnreadOnly || asked.kind !== undefined || asked.severity !== undefined
              }
            />
          ) : (
            <div>
              <Paper withBorder radius="md" style={{ overflow: "hidden" }}>
                <ul className={classes["list"]} aria-label="Alerts of the deployment, newest first">
                  {page.alerts.map((alert) => (
                    <AlertItem
                      key={alert.id}
                      alert={alert}
                      way={<Way to={placeOf(alert)} />}
                      onRead={() => marking.one.mutate(alert.id)}
                      isMarking={marking.one.isPending && marking.one.variables === alert.id}
                    />
                  ))}
                </ul>
              </Paper>
              <Pages
                of="Alerts"
                total={page.total}
                size={NOTICES_A_PAGE}
                value={asked.page}
                onChange={(next) => change({ page: next === 1 ? undefined : String(next) })}
              />
            </div>
          )
        }
      </Await>
    </Stack>
  );
}

function Way({ to: { to, search, action } }: { readonly to: MendPlace }) {
  return (
    <PageLink to={to} search={search} size="sm" fw={600}>
      {action}
    </PageLink>
  );
}

function KindFilter() {
  const [address, change] = useAddress();
  const { kind } = askedNotices(address);
  return (
    <Select
      aria-label="Kind"
      data={[
        { value: "any", label: "Any kind" },
        ...OPERATOR_ALERT_KINDS.map((value) => ({ value, label: KIND_WORDS[value] })),
      ]}
      value={kind ?? "any"}
      onChange={(value) =>
        change({ kind: value === null || value === "any" ? undefined : value, page: undefined })
      }
      allowDeselect={false}
      w={190}
    />
  );
}

function Nothing({ hasFilters }: { readonly hasFilters: boolean }) {
  return hasFilters ? (
    <Empty order={2} title="No such alerts">
      Nothing fits these filters.
    </Empty>
  ) : (
    <Empty order={2} title="No alerts so far">
      What needs your hand stands here: a limit of the deployment nearly used up, a model without a
      price, a provider that fails, a message that does not arrive.
    </Empty>
  );
}

function useMarking() {
  const [said, setSaid] = useState<string | null>(null);
  const one = useMutation({
    mutationFn: (id: number) => client.admin.markAlertRead(id),
    onSuccess: async () => {
      await readNoticesAnew();
      setSaid("The alert is marked as read.");
    },
  });
  const all = useMutation({
    mutationFn: () => client.admin.markAllAlertsRead(),
    onSuccess: async ({ marked }) => {
      await readNoticesAnew();
      setSaid(
        marked === 1
          ? "One alert is marked as read."
          : `${exactly(marked)} alerts are marked as read.`,
      );
    },
  });
  return { one, all, said };
}
