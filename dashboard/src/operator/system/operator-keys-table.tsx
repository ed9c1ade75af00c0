/** The deployment's keys as a table, and what can be done with each. */
import { Button, Group } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { type KeyState, stateOf } from "../../customer/keys/key-queries.ts";
import { RowsTable } from "../../parts/rows-table.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { type Tone, ToneWord } from "../../parts/tone-word.tsx";
import classes from "./system.module.css";
import type { OperatorKey } from "./system-queries.ts";

export function OperatorKeysTable({
  shown,
  all,
}: {
  readonly shown: readonly OperatorKey[];
  readonly all: readonly OperatorKey[];
}) {
  const now = Date.now();
  return (
    <RowsTable
      label="Keys of the deployment, newest first"
      minWidth={860}
      columns={[
        { name: "Name" },
        { name: "Kind" },
        { name: "Begins with" },
        { name: "State" },
        { name: "Made" },
        { name: "Last used" },
        { name: "Ends" },
        { name: "Actions" },
      ]}
      rows={shown.map((key) => ({ key: key.id, cells: cellsOf(key, stateOf(key, all, now)) }))}
    />
  );
}

const STATES: Readonly<Record<KeyState, { readonly tone: Tone; readonly words: string }>> = {
  live: { tone: "fine", words: "works" },
  replaced: { tone: "close", words: "replaced, still works" },
  expired: { tone: "quiet", words: "has ended" },
  revoked: { tone: "quiet", words: "revoked" },
};

function cellsOf(key: OperatorKey, state: KeyState) {
  const { name, kind, prefix, created_at: made, last_used_at: used, expires_at: ends } = key;
  return [
    <span key="name" className={classes["name"]}>
      {name}
    </span>,
    kind,
    <code key="prefix">{prefix}…</code>,
    <ToneWord key="state" {...STATES[state]} />,
    <RelativeTime key="made" at={made} />,
    used === null ? "never" : <RelativeTime key="used" at={used} />,
    <Ends key="ends" revokedAt={key.revoked_at} endsAt={ends} />,
    state === "expired" || state === "revoked" ? null : (
      <Actions key="actions" of={key} state={state} />
    ),
  ];
}

function Ends({
  revokedAt,
  endsAt,
}: {
  readonly revokedAt: string | null;
  readonly endsAt: string | null;
}) {
  const at = revokedAt ?? endsAt;
  return at === null ? "never" : <RelativeTime at={at} />;
}

function Actions({
  of: { id, name },
  state,
}: {
  readonly of: OperatorKey;
  readonly state: KeyState;
}) {
  const [, change] = useAddress();
  const button = { size: "compact-sm", variant: "default" } as const;
  return (
    <Group gap={6} wrap="nowrap">
      {state === "replaced" ? null : (
        <Button
          {...button}
          aria-label={`Replace ${name}`}
          onClick={() => change({ ask: "replace", key: id })}
        >
          Replace
        </Button>
      )}
      <Button
        {...button}
        aria-label={`Revoke ${name}`}
        onClick={() => change({ ask: "revoke", key: id })}
      >
        Revoke
      </Button>
    </Group>
  );
}
