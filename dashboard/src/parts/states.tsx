/** What a part shows while it waits, where it failed, and where there is nothing yet. */
import { Alert, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PurserError } from "../../../src/client/purser-error.ts";

/** The content once it is there; till then a skeleton of its height, so that nothing jumps. A failed refresh keeps what was there. */
export function Await<Value>({
  query,
  height = 160,
  skeleton,
  children,
}: {
  readonly query: UseQueryResult<Value>;
  /** Of the skeleton, in pixels. */
  readonly height?: number;
  readonly skeleton?: ReactNode;
  readonly children: (value: Value) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failure fault={query.error} again={() => void query.refetch()} />;
  return (
    <output aria-label="Loading">{skeleton ?? <Skeleton height={height} radius="md" />}</output>
  );
}

/** Says what failed, whether anything is lost, and offers to try again. */
export function Failure({ fault, again }: { readonly fault: Error; readonly again?: () => void }) {
  const isReachable = !(fault instanceof PurserError) || fault.code !== "unreachable";
  return (
    <Alert
      color="gray"
      variant="light"
      title={isReachable ? "This could not be shown" : "Purser cannot be reached"}
      role="alert"
    >
      <Text size="sm">{fault.message}</Text>
      <Text size="sm" c="dimmed" mt={4}>
        Nothing is lost: what was used is recorded on the server.
      </Text>
      {again === undefined ? null : (
        <Button mt="sm" size="xs" variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** Teaches what will be here, and how it gets here. */
export function Empty({
  title,
  order = 3,
  children,
}: {
  readonly title: string;
  /** Of its heading: 2 where no card with a title is around it. */
  readonly order?: 2 | 3;
  readonly children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Title order={order} size="h4">
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={460} component="div">
        {children}
      </Text>
    </Stack>
  );
}
