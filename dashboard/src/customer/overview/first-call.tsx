/** Teaches the first call, with a key of one's own, and turns green when it has arrived. */
import { Alert, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Card } from "../../parts/page.tsx";
import { Failure } from "../../parts/states.tsx";
import { Snippets } from "../keys/snippets.tsx";
import type { DashboardSeen } from "./seen.ts";

export function FirstCall({
  seen,
  close,
}: {
  readonly seen: DashboardSeen;
  /** Takes it away, once the first call is there. */
  readonly close: () => void;
}) {
  if (seen.total_usage.total_calls > 0) return <Arrived seen={seen} close={close} />;
  return <Lesson />;
}

function Lesson() {
  const { userId } = useSubject();
  const making = useMutation({
    mutationFn: () => client.createKey(userId, { name: "first key" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["customer", userId] }),
  });
  const key = making.data?.key;
  return (
    <Card title="Make your first call" p="sm">
      <Stack gap="xs">
        <Text size="sm">
          Point any provider's SDK at this address with a Purser key in place of the provider's. The
          call shows up on this page as soon as it is over.
        </Text>
        <Snippets keyText={key ?? null} />
        <Group gap="sm">
          {key === undefined ? (
            <Button size="xs" onClick={() => making.mutate()} loading={making.isPending}>
              Make a key and put it in
            </Button>
          ) : (
            <Text size="sm" role="status">
              This key is shown here only now. Keep it; <PageLink to="/keys">Keys</PageLink> ends or
              replaces it.
            </Text>
          )}
          <Group gap={6} role="status">
            <Loader size={12} type="dots" />
            <Text size="sm">Waiting for the first call</Text>
          </Group>
        </Group>
        {making.isError ? <Failure fault={making.error} again={() => making.mutate()} /> : null}
      </Stack>
    </Card>
  );
}

function Arrived({ seen, close }: { readonly seen: DashboardSeen; readonly close: () => void }) {
  const calls = seen.total_usage.total_calls;
  return (
    <Alert color="purser" variant="light" role="status" title="The first call has arrived">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {calls === 1 ? "It is" : `${calls} calls are`} counted, priced and in the list below.
        </Text>
        <Button size="xs" variant="default" onClick={close}>
          Show my overview
        </Button>
      </Group>
    </Alert>
  );
}
