/** What the customer was told lately, and the one thing that is worth doing. */
import { Badge, Group, Stack, Text } from "@mantine/core";
import { PageLink } from "../../app/page-link.tsx";
import { money } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import type { DashboardSeen, InsightsSeen } from "./seen.ts";

const ALERTS_SHOWN = 3;
const SEVERITY = { info: "notice", warning: "warning", error: "stopped" } as const;

export function Alerts({ alerts }: { readonly alerts: DashboardSeen["alerts"] }) {
  return (
    <Card
      title="Alerts"
      p="sm"
      aside={
        <PageLink to="/alerts" size="xs">
          All alerts
        </PageLink>
      }
    >
      {alerts.length === 0 ? (
        <Text size="sm" c="dimmed">
          None. You will be told before a limit is reached.
        </Text>
      ) : (
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
          {alerts.slice(0, ALERTS_SHOWN).map((alert) => (
            <li key={alert.id}>
              <AlertLine alert={alert} />
            </li>
          ))}
        </Stack>
      )}
    </Card>
  );
}

function AlertLine({ alert }: { readonly alert: DashboardSeen["alerts"][number] }) {
  const { title, message, severity, is_read: isRead, created_at: at } = alert;
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={isRead ? 400 : 600}>
          {title}{" "}
          <Badge size="xs" variant="default" tt="none">
            {SEVERITY[severity]}
          </Badge>
        </Text>
        <Text size="xs" c="dimmed">
          <RelativeTime at={at} />
        </Text>
      </Group>
      <Text size="xs">{message}</Text>
    </>
  );
}

/** The first one that the API gives. */
export function Advice({ advice }: { readonly advice: InsightsSeen["recommendations"] }) {
  const [first] = advice;
  if (first === undefined) return null;
  const { title, message, kind, saving_usd: saving, saving_per: per } = first;
  return (
    <Card title="Worth doing" p="sm">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="xs">{message}</Text>
      <Group gap="md" mt={4}>
        {saving === undefined ? null : (
          <Text size="xs">
            Saves {money(saving)}
            {per === "month" ? " a month" : ""}
          </Text>
        )}
        {kind === "plan" || kind === "limit_ahead" ? (
          <PageLink to="/plan" size="xs">
            Compare plans
          </PageLink>
        ) : null}
        {kind === "unused_key" ? (
          <PageLink to="/keys" size="xs">
            See the keys
          </PageLink>
        ) : null}
      </Group>
    </Card>
  );
}
