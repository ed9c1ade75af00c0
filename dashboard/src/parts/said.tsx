/** What came of an action, said where it was asked for and to screen readers. */
import { Alert, Text } from "@mantine/core";

/** Stays in the page while there is nothing to say, taking no room, since screen readers hear only what changes in it. */
export function Said({ words }: { readonly words: string | null }) {
  return (
    <output aria-live="polite" style={words === null ? { position: "absolute" } : {}}>
      {words === null ? null : (
        <Text size="sm" fw={500}>
          ✓ {words}
        </Text>
      )}
    </output>
  );
}

/** An action that the server refused, or that did not reach it. */
export function Refused({
  fault,
  title = "That did not work",
}: {
  readonly fault: Error | null;
  readonly title?: string;
}) {
  if (fault === null) return null;
  return (
    <Alert color="gray" role="alert" title={title} py="xs">
      {fault.message}
    </Alert>
  );
}
