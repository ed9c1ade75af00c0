/** What a key's row and its card have in common: its end, its budget, and what can be done with it. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { limitName, usedOfWords, windowWords } from "../../parts/limit-words.ts";
import { FullnessWord, Meter } from "../../parts/meter.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import type { KeyState, LimitUse, OwnKey } from "./key-queries.ts";

export interface ShownKey {
  readonly of: OwnKey;
  readonly state: KeyState;
  /** Of its own budget. */
  readonly uses: readonly LimitUse[];
}

export const STATE_WORDS: Readonly<Record<KeyState, string>> = {
  live: "works",
  replaced: "replaced, still works",
  expired: "has ended",
  revoked: "revoked",
};

export function isOver(state: KeyState): boolean {
  return state === "revoked" || state === "expired";
}

export function Ends({ of: { revoked_at: revokedAt, expires_at: at } }: { readonly of: OwnKey }) {
  if (revokedAt !== null) return <ExactTime at={revokedAt} />;
  return at === null ? "never" : <RelativeTime at={at} />;
}

export function Budget({ of, uses }: { readonly of: OwnKey; readonly uses: readonly LimitUse[] }) {
  if (of.limits.length === 0) return "none of its own";
  if (uses.length === 0) return null;
  return (
    <Stack gap={8}>
      {uses.map((use) => (
        <BudgetMeter key={JSON.stringify(use.limit)} use={use} />
      ))}
    </Stack>
  );
}

function BudgetMeter({
  use: { limit, used, held, max, percent, resets_at: resetsAt },
}: {
  readonly use: LimitUse;
}) {
  const words = usedOfWords(limit, used, max);
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" className="figures">
          {words} {windowWords(limit.per)}
        </Text>
        <FullnessWord percentUsed={percent} />
      </Group>
      <Meter
        label={limitName(limit)}
        used={percent}
        held={max === 0 ? 0 : (held / max) * 100}
        valueText={words}
      />
      <Text size="xs" c="dimmed">
        starts anew <RelativeTime at={resetsAt} />
      </Text>
    </div>
  );
}

export function KeyActions({ of, state }: { readonly of: OwnKey; readonly state: KeyState }) {
  const [, change] = useAddress();
  return (
    <Group gap={6} wrap="nowrap">
      {state === "replaced" ? null : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Replace ${of.name}`}
          onClick={() => change({ ask: "replace", key: of.id })}
        >
          Replace
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Revoke ${of.name}`}
        onClick={() => change({ ask: "revoke", key: of.id })}
      >
        Revoke
      </Button>
    </Group>
  );
}
