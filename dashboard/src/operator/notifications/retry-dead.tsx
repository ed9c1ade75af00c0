/** Tries everything again that was given up, one after another, and says how far it is. */
import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { client } from "../../app/client.ts";
import { exactly } from "../../parts/format.ts";
import { Refused, Said } from "../../parts/said.tsx";
import { readNoticesAnew } from "./notice-queries.ts";

export function RetryDead({ dead }: { readonly dead: number }) {
  const [done, setDone] = useState(0);
  const retrying = useMutation({
    mutationFn: () => retryAll(setDone),
    onSettled: readNoticesAnew,
  });
  if (dead === 0 && retrying.isIdle) return null;
  const messages = dead === 1 ? "message was" : "messages were";
  return (
    <div>
      <Group gap="sm">
        {dead === 0 ? null : (
          <Text size="sm">
            {exactly(dead)} {messages} given up. Mend the receiver first; then each has all its
            attempts anew.
          </Text>
        )}
        {dead === 0 ? null : (
          <Button
            size="compact-sm"
            variant="default"
            loading={retrying.isPending}
            onClick={() => retrying.mutate()}
          >
            {dead === 1 ? "Try it again" : `Try all ${exactly(dead)} again`}
          </Button>
        )}
      </Group>
      <Said words={wordsOf(retrying.isPending, retrying.data, done)} />
      <Refused fault={retrying.error} title={`Stopped after ${exactly(done)}`} />
    </div>
  );
}

function wordsOf(isRunning: boolean, all: number | undefined, done: number): string | null {
  if (isRunning) return `${exactly(done)} so far`;
  if (all === undefined) return null;
  return all === 1
    ? "One message is tried again now."
    : `${exactly(all)} messages are tried again now.`;
}

const A_PAGE = 200;

/** Those that were dead when it began; what fails again meanwhile is newer in nothing but its state. */
async function retryAll(onDone: (done: number) => void): Promise<number> {
  const ids = await deadIds();
  let done = 0;
  for (const id of ids) {
    await retryOne(id);
    done += 1;
    onDone(done);
  }
  return done;
}

async function deadIds(): Promise<readonly number[]> {
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.admin.outbox({
      state: "dead",
      limit: A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.deliveries.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  // In the order in which they were written, as receivers get them.
  return ids.reverse();
}

/** One that was sent or removed meanwhile needs nothing. */
async function retryOne(id: number): Promise<void> {
  try {
    await client.admin.retryDelivery(id);
  } catch (fault) {
    const isOver = fault instanceof PurserError && ["conflict", "not_found"].includes(fault.code);
    if (!isOver) throw fault;
  }
}
