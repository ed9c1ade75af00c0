/** A customer's keys: what they have, a new one, another in place of one, the end of one, and the first call. */
import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { useLive } from "../../app/live.ts";
import { useSubject } from "../../app/subject.tsx";
import { TIME_ZONE } from "../../parts/format.ts";
import { useIsNarrow } from "../../parts/is-narrow.ts";
import { Card, Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyCards } from "./key-cards.tsx";
import { isOver, type ShownKey } from "./key-parts.tsx";
import { keysQuery, limitsQuery, type MadeKey, type OwnKey, stateOf } from "./key-queries.ts";
import { KeyTable } from "./key-table.tsx";
import { NewKey } from "./new-key.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";
import { RotateKeyDialog } from "./rotate-key-dialog.tsx";
import { Snippets } from "./snippets.tsx";

export function KeysPage() {
  const { userId } = useSubject();
  useLive(userId);
  const [, change] = useAddress();
  const [made, setMade] = useState<MadeKey | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const keys = useQuery(keysQuery(userId));
  return (
    <Page
      title="Keys"
      subtitle={`A key calls, and reads these pages, as you. Times are in ${TIME_ZONE}.`}
      actions={<Button onClick={() => change({ ask: "create" })}>Make a key</Button>}
    >
      <Said words={said} />
      {made === null ? null : (
        <NewKey
          key={made.id}
          made={made}
          onPutAway={() => {
            setMade(null);
            setSaid(`${made.name} is put away. Its text is not shown again.`);
          }}
        />
      )}
      <Await query={keys} height={260}>
        {(all) => <Keys all={all} />}
      </Await>
      {/* Not before the list above, which would push it away. */}
      {made === null && !keys.isPending ? (
        <Card title="Your first call">
          <Snippets keyText={null} />
        </Card>
      ) : null}
      <Dialogs keys={keys.data ?? []} onMade={setMade} onSaid={setSaid} />
    </Page>
  );
}

function Keys({ all }: { readonly all: readonly OwnKey[] }) {
  const { userId } = useSubject();
  const [{ ended }, change] = useAddress();
  const { data: limits } = useQuery(limitsQuery(userId));
  const now = Date.now();
  const known = all.map((key) => {
    const state = stateOf(key, all, now);
    const uses = limits?.limits.filter((use) => use.key?.id === key.counts_as) ?? [];
    return { of: key, state, uses: isOver(state) ? [] : uses };
  });
  const over = known.filter(({ state }) => isOver(state)).length;
  const shown = ended === undefined ? known.filter(({ state }) => !isOver(state)) : known;
  return (
    <Card
      title="Your keys"
      aside={
        over === 0 ? null : (
          <Switch
            size="xs"
            label={`Show ended ones (${over})`}
            checked={ended !== undefined}
            onChange={({ currentTarget: { checked } }) =>
              change({ ended: checked ? "1" : undefined })
            }
          />
        )
      }
    >
      {shown.length === 0 ? (
        <Empty title="You have no key that works">
          <p>A key lets your code call every provider of your plan, and counts what it uses.</p>
          <Button onClick={() => change({ ask: "create" })}>Make your first key</Button>
        </Empty>
      ) : (
        <List shown={shown} />
      )}
    </Card>
  );
}

function List({ shown }: { readonly shown: readonly ShownKey[] }) {
  return useIsNarrow() ? <KeyCards shown={shown} /> : <KeyTable shown={shown} />;
}

function Dialogs({
  keys,
  onMade,
  onSaid,
}: {
  readonly keys: readonly OwnKey[];
  readonly onMade: (made: MadeKey) => void;
  readonly onSaid: (words: string | null) => void;
}) {
  const [{ ask, key: keyId }, change] = useAddress();
  const named = keys.find(({ id }) => id === keyId) ?? null;
  const close = (): void => change({ ask: undefined, key: undefined });
  const made = (key: MadeKey): void => {
    onMade(key);
    onSaid(null);
    close();
  };
  return (
    <>
      <CreateKeyDialog isOpen={ask === "create"} onClose={close} onMade={made} />
      <RotateKeyDialog replaced={ask === "replace" ? named : null} onClose={close} onMade={made} />
      <RevokeKeyDialog
        revoked={ask === "revoke" ? named : null}
        onClose={close}
        onDone={(words) => {
          onSaid(words);
          close();
        }}
      />
    </>
  );
}
