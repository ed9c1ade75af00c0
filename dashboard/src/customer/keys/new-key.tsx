/** A key that was just made: its text, once; the first call with it, and word of it as soon as it comes. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { exactly } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
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
    <ShownOnce
      title={title}
      what="the key"
      text={made.key}
      note="Purser keeps no text of it."
      onPutAway={onPutAway}
    >
      <FirstCall made={made} />
      <div>
        <Snippets keyText={made.key} />
      </div>
    </ShownOnce>
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
