/** The state of a subscription in a word. */
import { Badge } from "@mantine/core";

const WORDS: Readonly<Record<string, string>> = {
  trialing: "On trial",
  active: "Active",
  past_due: "Payment missing",
  paused: "Paused",
  canceled: "Canceled",
  expired: "Expired",
};

/** Calls of one who is expired are refused: that is stopped. */
const COLOURS: Readonly<Record<string, string>> = {
  trialing: "blue",
  active: "purser",
  past_due: "yellow",
  expired: "red",
};

export function StatusWord({
  status,
  isErased = false,
}: {
  readonly status: string | null;
  readonly isErased?: boolean;
}) {
  const words = isErased ? "Erased" : statusWords(status);
  return (
    <Badge
      variant="outline"
      color={isErased ? "gray" : (COLOURS[status ?? ""] ?? "gray")}
      size="sm"
      styles={{
        root: { textTransform: "none" },
        label: { color: "var(--mantine-color-text)", fontWeight: 550 },
      }}
    >
      {words}
    </Badge>
  );
}

/** null: on the default plan, without one. */
export function statusWords(status: string | null): string {
  return status === null ? "No subscription" : (WORDS[status] ?? status);
}
