/** Leads through a history that is read page by page; the page stands in the address as `after`. */
import { Button, Group } from "@mantine/core";
import { useAddress } from "../app/address.ts";

export function CursorPages({
  of,
  next,
}: {
  /** What is paged, for screen readers. */
  readonly of: string;
  /** Where the page after this one begins; undefined: this is the last one. */
  readonly next: string | undefined;
}) {
  const [{ after }, change] = useAddress();
  if (after === undefined && next === undefined) return null;
  return (
    <Group justify="flex-end" gap="xs" mt="sm" component="nav" aria-label={`${of}, pages`}>
      {after === undefined ? null : (
        <Button variant="default" size="xs" onClick={() => change({ after: undefined })}>
          The newest
        </Button>
      )}
      {next === undefined ? null : (
        <Button variant="default" size="xs" onClick={() => change({ after: next })}>
          Older
        </Button>
      )}
    </Group>
  );
}
