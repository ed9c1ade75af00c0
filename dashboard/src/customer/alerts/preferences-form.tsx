/** The form of a customer's alert preferences. */
import { Button, Checkbox, Group, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import type { BodyIn } from "../../../../src/api/contract/endpoint.ts";
import type { setAlertPreferences } from "../../../../src/api/contract/endpoints/alerts.ts";
import { CUSTOMER_ALERT_KINDS } from "../../../../src/core/alerts/event-types.ts";
import { MAIL_KIND_WORDS } from "../../../../src/core/messages/mail-words.ts";
import { capital } from "../../parts/limit-words.ts";
import { Card } from "../../parts/page.tsx";
import type { Preferences } from "./alert-queries.ts";
import { Thresholds } from "./thresholds.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";

export type PreferencesChange = BodyIn<typeof setAlertPreferences>;
type Draft = Preferences;
type ChangeDraft = (change: Partial<Draft>) => void;

export function PreferencesForm({
  kept,
  save,
  isSaving,
}: {
  readonly kept: Preferences;
  readonly save: (change: PreferencesChange) => void;
  readonly isSaving: boolean;
}) {
  const [draft, setDraft] = useState<Draft>(kept);
  const change: ChangeDraft = (part) => setDraft((before) => ({ ...before, ...part }));
  const changed = changesOf(kept, draft);
  const isChanged = Object.keys(changed).length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(changed);
      }}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card title="When">
          <Stack>
            <Thresholds
              value={draft.thresholds}
              onChange={(thresholds) => change({ thresholds: [...thresholds] })}
            />
            <Button
              variant="default"
              size="xs"
              style={{ alignSelf: "flex-start" }}
              onClick={() => save({ ...changed, thresholds: null })}
            >
              Use your plan's again
            </Button>
          </Stack>
        </Card>
        <Channels draft={draft} change={change} />
        <MailKinds draft={draft} change={change} />
        <Card title="Time zone">
          <TimeZoneField value={draft.time_zone} onChange={(zone) => change({ time_zone: zone })} />
        </Card>
      </SimpleGrid>
      <Group mt="md">
        <Button type="submit" disabled={!isChanged} loading={isSaving}>
          Save preferences
        </Button>
        <Button variant="default" disabled={!isChanged} onClick={() => setDraft(kept)}>
          Undo changes
        </Button>
      </Group>
    </form>
  );
}

const CHANNELS = [
  { name: "in_app", label: "On this page", words: "Off: alerts are marked as read as they come." },
  { name: "email", label: "Mail", words: "To the address that your application knows of you." },
  { name: "webhook", label: "Webhooks", words: "Those that were set up for you alone." },
  { name: "slack", label: "Slack", words: "Channels that were set up for you alone." },
] as const;

function Channels({ draft, change }: { readonly draft: Draft; readonly change: ChangeDraft }) {
  return (
    <Card title="How">
      <Stack gap="sm">
        {CHANNELS.map(({ name, label, words }) => (
          <Switch
            key={name}
            label={label}
            description={words}
            checked={draft.channels[name]}
            onChange={({ currentTarget: { checked } }) =>
              change({ channels: { ...draft.channels, [name]: checked } })
            }
          />
        ))}
      </Stack>
    </Card>
  );
}

function MailKinds({ draft, change }: { readonly draft: Draft; readonly change: ChangeDraft }) {
  const { unsubscribed, channels } = draft;
  return (
    <Card title="Mails about">
      <Stack gap="sm">
        {CUSTOMER_ALERT_KINDS.map((kind) => (
          <Checkbox
            key={kind}
            label={capital(MAIL_KIND_WORDS[kind])}
            checked={!unsubscribed.includes(kind)}
            disabled={!channels.email}
            onChange={({ currentTarget: { checked } }) =>
              change({
                unsubscribed: CUSTOMER_ALERT_KINDS.filter((each) =>
                  each === kind ? !checked : unsubscribed.includes(each),
                ),
              })
            }
          />
        ))}
        {channels.email ? null : (
          <Text size="sm" c="dimmed">
            Mail is turned off, so none of these comes.
          </Text>
        )}
      </Stack>
    </Card>
  );
}

/** Only what was changed: what is left out stays, also where somebody changes it at the same time. */
function changesOf(kept: Preferences, draft: Draft): PreferencesChange {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return {
    ...(isSame(kept.thresholds, draft.thresholds) ? {} : { thresholds: draft.thresholds }),
    ...(isSame(kept.channels, draft.channels) ? {} : { channels: draft.channels }),
    ...(kept.time_zone === draft.time_zone ? {} : { time_zone: draft.time_zone }),
    ...(isSame([...kept.unsubscribed].sort(), [...draft.unsubscribed].sort())
      ? {}
      : { unsubscribed: draft.unsubscribed }),
  };
}
