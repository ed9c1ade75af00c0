/** One alert: what happened, what happens next, what to do. */
import { Button, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { PART_WORDS } from "../../../../src/core/messages/mail-words.ts";
import { PageLink } from "../../app/page-link.tsx";
import { limitName, usedOfWords } from "../../parts/limit-words.ts";
import { Meter } from "../../parts/meter.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import type { ShownAlert } from "./alert-queries.ts";
import classes from "./alerts.module.css";
import { SeverityWord, toneOf } from "./severity.tsx";

export function AlertItem({
  alert,
  way,
  onRead,
  isMarking,
}: {
  readonly alert: ShownAlert;
  /** A link to where it is mended, beside the upgrade's. */
  readonly way?: ReactNode;
  readonly onRead: () => void;
  readonly isMarking: boolean;
}) {
  const id = useId();
  const { title, message, upgrade, is_read: isRead } = alert;
  return (
    <li
      className={classes["alert"]}
      data-unread={!isRead}
      data-tone={toneOf(alert)}
      aria-labelledby={id}
    >
      <Group justify="space-between" gap="xs" align="flex-start">
        <Group gap="sm">
          <SeverityWord alert={alert} />
          <Title order={2} size="h5" id={id}>
            {title}
          </Title>
          {isRead ? null : (
            <Text span size="xs" fw={600}>
              New
            </Text>
          )}
        </Group>
        <Text size="xs" c="dimmed" component="div">
          <RelativeTime at={alert.created_at} /> · <ExactTime at={alert.created_at} />
        </Text>
      </Group>
      <Text size="sm" mt={4}>
        {message}
      </Text>
      <AmountThen alert={alert} />
      <Parts alert={alert} />
      <Group gap="xs" mt="sm">
        {upgrade === undefined ? null : (
          <PageLink to="/plan" search={{ change: String(upgrade.plan_id) }} size="sm" fw={600}>
            See what {upgrade.plan_name} changes
          </PageLink>
        )}
        {way}
        {isRead ? null : (
          <Button size="compact-sm" variant="default" onClick={onRead} loading={isMarking}>
            Mark as read
          </Button>
        )}
      </Group>
    </li>
  );
}

/** As it was when the alert was written. */
function AmountThen({ alert: { used, cap, limit } }: { readonly alert: ShownAlert }) {
  if (used === undefined || cap === undefined || limit === undefined || cap === 0) return null;
  const words = usedOfWords(limit, used, cap);
  return (
    <div style={{ maxWidth: 320, marginTop: 8 }}>
      <Meter
        label={`${limitName(limit)}, at the time`}
        used={(used / cap) * 100}
        valueText={words}
      />
    </div>
  );
}

function Parts({ alert: { next, action } }: { readonly alert: ShownAlert }) {
  if (next === undefined && action === undefined) return null;
  return (
    <dl className={classes["parts"]}>
      {next === undefined ? null : (
        <>
          <dt>{PART_WORDS.next}</dt>
          <dd>{next}</dd>
        </>
      )}
      {action === undefined ? null : (
        <>
          <dt>{PART_WORDS.action}</dt>
          <dd>{action}</dd>
        </>
      )}
    </dl>
  );
}
