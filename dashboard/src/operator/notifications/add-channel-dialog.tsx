/** Makes a channel: of which sort, where it leads, what goes there. */
import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { KIND_NAMES, KINDS } from "./channel-words.ts";
import type { MadeSecret } from "./channels-tab.tsx";
import { EventChoice } from "./event-choice.tsx";
import { reasonOf } from "./field-fault.ts";
import {
  type ChannelKind,
  type ChannelWish,
  type EventPattern,
  mailQuery,
  readNoticesAnew,
} from "./notice-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onSecret: (secret: MadeSecret) => void;
}

export function AddChannelDialog({ isOpen, ...parts }: Parts & { readonly isOpen: boolean }) {
  return (
    <Dialog title="Add a channel" isOpen={isOpen} onClose={parts.onClose} size="xl">
      <AddForm {...parts} />
    </Dialog>
  );
}

function AddForm({ onClose, ...parts }: Parts) {
  const [kind, setKind] = useState<ChannelKind>("email");
  const [address, setAddress] = useState("");
  const [name, setName] = useState("");
  const [userId, setUserId] = useState("");
  const [events, setEvents] = useState<readonly EventPattern[]>(["*"]);
  const making = useMaking(parts);
  const { data: hasMail = true } = useQuery(mailQuery);
  const make = (): void =>
    making.mutate({
      kind,
      events: [...events],
      ...(kind === "email" ? { to: address.trim() } : { url: address.trim() }),
      ...(name.trim() === "" ? {} : { name }),
      ...(userId.trim() === "" ? {} : { user_id: userId.trim() }),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <Stack>
        <SegmentedControl
          aria-label="Sort of channel"
          data={KINDS.map((value) => ({ value, label: KIND_NAMES[value] }))}
          value={kind}
          onChange={(value) => setKind(KINDS.find((each) => each === value) ?? "email")}
        />
        {kind === "email" && !hasMail ? <NoMail /> : null}
        <Address kind={kind} value={address} onChange={setAddress} fault={making.error} />
        <TextInput
          label="Name"
          description="As it is called here; left empty, it goes by its address."
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          maxLength={200}
        />
        <TextInput
          label="Only about one customer"
          description="Their id. Left empty, it gets what is about anybody and about the deployment."
          value={userId}
          onChange={({ currentTarget: { value } }) => {
            setUserId(value);
            if (value !== "") setEvents(withoutOperator(events));
          }}
          error={reasonOf(making.error, "user_id")}
        />
        <EventChoice value={events} onChange={setEvents} isOfCustomer={userId.trim() !== ""} />
        <Refused fault={making.error} title="No channel was made" />
        <Group>
          <Button
            type="submit"
            loading={making.isPending}
            disabled={events.length === 0 || (kind === "email" && !hasMail)}
          >
            Add the channel
          </Button>
          <Button variant="default" onClick={onClose}>
            Add none
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function withoutOperator(events: readonly EventPattern[]): readonly EventPattern[] {
  const others = events.filter((event) => !event.startsWith("operator."));
  return others.length === 0 ? ["*"] : others;
}

function NoMail() {
  return (
    <Text size="sm">
      Mail is not set up here. Set PURSER_SMTP_URL and PURSER_MAIL_FROM and start Purser anew; then
      this server can send mail.
    </Text>
  );
}

const ADDRESS_FIELDS = {
  email: { label: "E-mail address", placeholder: "ops@example.com", type: "email", note: "" },
  webhook: {
    label: "Address",
    placeholder: "https://example.com/hooks/purser",
    type: "url",
    note: "Messages are signed; the secret for that is shown once, when the channel is made.",
  },
  slack: {
    label: "Address of the incoming webhook",
    placeholder: "https://hooks.slack.com/services/…",
    type: "url",
    note: "Make it in Slack's own settings. Whoever has it can post there, so only its end is shown afterwards.",
  },
} as const;

function Address({
  kind,
  value,
  onChange,
  fault,
}: {
  readonly kind: ChannelKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault: Error | null;
}) {
  const { note, ...field } = ADDRESS_FIELDS[kind];
  return (
    <TextInput
      {...field}
      {...(note === "" ? {} : { description: note })}
      required
      data-autofocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={reasonOf(fault, kind === "email" ? "to" : "url")}
    />
  );
}

function useMaking({ onDone, onSecret }: Omit<Parts, "onClose">) {
  return useMutation({
    // Its answer holds a webhook's secret, which is kept nowhere but on the page that shows it.
    gcTime: 0,
    mutationFn: async (wish: ChannelWish) => {
      const { name, secret } = await client.admin.createChannel(wish);
      if (secret !== undefined) {
        const note = "With it the receiver checks that a message is from here.";
        onSecret({ channel: name, text: secret, note });
      }
      return name;
    },
    onSuccess: async (name) => {
      await readNoticesAnew();
      onDone(`${name} is a channel now. Send it a test.`);
    },
  });
}
