/** A key that was just made: its text, once; the first call with it, and word of it as soon as it comes. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { CopyText } from "../../parts/copy-text.tsx";
import { exactly } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { firstCallQuery, keysQuery, type MadeKey } from "./key-queries.ts";
import classes from "./keys.module.css";
import { Snippets } from "./snippets.tsx";

export function NewKey({
  made,
  onPutAway,
}: {
  readonly made: MadeKey;
  readonly onPutAway: () => void;
}) {
  const title = made.replaces === undefined ? `New key: ${made.name}` : `New key for ${made.name}`;
  return (
    <Card title={title}>
      <Stack gap="sm">
        <Text size="sm">
          Copy it now: this is the one time it is shown. Purser keeps no text of it, and nobody can
          show it to you again.
        </Text>
        <div className={classes["secret"]} data-testid="key-text">
          {made.key}
        </div>
        <Group gap="xs">
          <CopyText text={made.key} label="Copy the key" variant="filled" size="sm" />
          <Button variant="default" size="sm" onClick={onPutAway}>
            I have it, put it away
          </Button>
        </Group>
        <FirstCall made={made} />
        <div>
          <Snippets keyText={made.key} />
        </div>
      </Stack>
    </Card>
  );
}

function FirstCall({ made }: { readonly made: MadeKey }) {
  const { userId } = useSubject();
  const { data: keys = [] } = useQuery(keysQuery(userId));
  const key = keys.find(({ id }) => id === made.id);
  const { data: call } = useQuery(firstCallQuery(userId, key));
  const hasCome = call !== undefined && call !== null;
  return (
    <output className={classes[hasCome ? "arrived" : "waiting"]}>
      <span className={classes["dot"]} aria-hidden />
      {hasCome ? (
        <Text span size="sm">
          <b>
            {call.status === "success" ? "The first call is here" : "A call is here, and failed"}
          </b>
          : {call.model_used ?? call.provider}, {exactly(call.tokens_total)} tokens,{" "}
          <Money dollars={call.cost_total} />
          {call.status === "success" ? "" : `, status ${call.status_code}`}.{" "}
          <PageLink to={`/calls/${call.event_id}`} size="sm" inherit underline="always">
            See this call
          </PageLink>
        </Text>
      ) : (
        <Text span size="sm">
          Waiting for the first call with it
          {made.replaces === undefined ? "" : ", or with the key that it replaces"}. Run what is
          below; this line turns green.
        </Text>
      )}
    </output>
  );
}
