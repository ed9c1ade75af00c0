/** Makes a link that signs the customer in to their dashboard, once. */
import { Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { createPortalSession } from "../../../../src/api/contract/endpoints/sessions.ts";
import { client } from "../../app/client.ts";
import { CopyText } from "../../parts/copy-text.tsx";
import { Refused } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";

const TIMES = [
  { value: "300", label: "5 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "1 day" },
];

export function PortalLinkForm({ customer: { id }, onClose }: FormParts) {
  const [seconds, setSeconds] = useState("3600");
  const making = useMutation({
    // The link is kept nowhere but on the page that shows it.
    gcTime: 0,
    mutationFn: () =>
      client.call(createPortalSession, { params: { id }, body: { ttl_seconds: Number(seconds) } }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      <Stack>
        <Text size="sm">
          Whoever opens the link first is signed in as this customer, for a week. Send it to nobody
          else.
        </Text>
        <Select
          label="The link works for"
          data={TIMES}
          value={seconds}
          onChange={(value) => setSeconds(value ?? "3600")}
          allowDeselect={false}
        />
        {making.data === undefined ? null : (
          <Made url={making.data.url} until={making.data.expires_at} />
        )}
        <Refused fault={making.error} title="No link was made" />
        <FormButtons
          doWords={making.data === undefined ? "Make the link" : "Make another"}
          leaveWords="Close"
          isBusy={making.isPending}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

function Made({ url, until }: { readonly url: string; readonly until: string }) {
  return (
    <output>
      <TextInput
        label="The link"
        readOnly
        value={url}
        onFocus={(event) => event.currentTarget.select()}
        rightSectionWidth={110}
        rightSection={<CopyText text={url} label="Copy" of="the link" />}
      />
      <Text size="xs" c="dimmed" mt={4}>
        It works once, and ends <RelativeTime at={until} />.
      </Text>
    </output>
  );
}
