/** The deployment's own keys, for administrators and for the operator's backend: made, replaced, revoked. */
import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { stateOf } from "../../customer/keys/key-queries.ts";
import { Card } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { EndKeyDialog } from "./end-key-dialog.tsx";
import { MakeKeyDialog } from "./make-key-dialog.tsx";
import { OperatorKeysTable } from "./operator-keys-table.tsx";
import { ReplaceKeyDialog } from "./replace-key-dialog.tsx";
import { keysQuery, type OperatorKey } from "./system-queries.ts";

/** A key that was just made, with its text, which nothing shows again. */
export interface MadeKey {
  readonly name: string;
  readonly text: string;
  readonly note: string;
}

export function KeysTab() {
  const query = useQuery(keysQuery);
  const [, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" flex={1} miw={220}>
          Admin keys may do everything. Service keys are for your backend: they act for any
          customer. PURSER_ADMIN_KEY is not among them; it changes with that setting.
        </Text>
        <Button onClick={() => change({ ask: "make" })}>Make a key</Button>
      </Group>
      <Said words={said} />
      {made === null ? null : (
        <ShownOnce
          title={`New key: ${made.name}`}
          what="the key"
          text={made.text}
          note={made.note}
          onPutAway={() => setMade(null)}
        />
      )}
      <Await query={query} height={300}>
        {(keys) => (
          <>
            <KeyList keys={keys} />
            <Dialogs keys={keys} onSaid={setSaid} onMade={setMade} />
          </>
        )}
      </Await>
    </Stack>
  );
}

function KeyList({ keys }: { readonly keys: readonly OperatorKey[] }) {
  const [{ shown }, change] = useAddress();
  const isAll = shown === "all";
  const now = Date.now();
  const isOver = (key: OperatorKey): boolean =>
    ["revoked", "expired"].includes(stateOf(key, keys, now));
  const over = keys.filter(isOver).length;
  const listed = isAll ? keys : keys.filter((key) => !isOver(key));
  return (
    <Card>
      {over === 0 ? null : (
        <Switch
          mb="sm"
          size="xs"
          label={`Show those that have ended (${over})`}
          checked={isAll}
          onChange={({ currentTarget: { checked } }) =>
            change({ shown: checked ? "all" : undefined })
          }
        />
      )}
      {listed.length === 0 ? (
        <Empty order={2} title="No keys of the deployment">
          Your backend needs a service key to act for customers: make one here.
        </Empty>
      ) : (
        <OperatorKeysTable shown={listed} all={keys} />
      )}
    </Card>
  );
}

/** Which one is open stands in the address, with the key that it is about. */
function Dialogs({
  keys,
  onSaid,
  onMade,
}: {
  readonly keys: readonly OperatorKey[];
  readonly onSaid: (words: string) => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  const [{ ask, key: id }, change] = useAddress();
  const named = keys.find((each) => each.id === id) ?? null;
  const onClose = (): void => change({ ask: undefined, key: undefined });
  const onDone = (words: string): void => {
    onSaid(words);
    onClose();
  };
  return (
    <>
      <MakeKeyDialog isOpen={ask === "make"} onClose={onClose} onDone={onDone} onMade={onMade} />
      <ReplaceKeyDialog
        replaced={ask === "replace" ? named : null}
        onClose={onClose}
        onDone={onDone}
        onMade={onMade}
      />
      <EndKeyDialog ended={ask === "revoke" ? named : null} onClose={onClose} onDone={onDone} />
    </>
  );
}
