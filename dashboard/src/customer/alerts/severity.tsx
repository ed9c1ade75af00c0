/** How bad an alert is: a sign and a word, and a colour that only helps. */
import { Group, Text } from "@mantine/core";
import { SEVERITY_WORDS } from "../../../../src/core/messages/mail-words.ts";
import type { ShownAlert } from "./alert-queries.ts";
import classes from "./alerts.module.css";

const SIGNS = { info: "i", warning: "!", error: "■" } as const;

export type Tone = "calm" | "close" | "stopped";

/** Red is for what is stopped: a soft limit that is reached stops nothing. */
export function toneOf({ severity, limit }: Pick<ShownAlert, "severity" | "limit">): Tone {
  if (severity === "info") return "calm";
  return severity === "error" && limit?.at_cap !== "allow" ? "stopped" : "close";
}

export function SeverityWord({ alert }: { readonly alert: ShownAlert }) {
  return (
    <Group gap={6} wrap="nowrap" className={classes["severity"]} data-tone={toneOf(alert)}>
      <span className={classes["sign"]} aria-hidden>
        {SIGNS[alert.severity]}
      </span>
      <Text span size="xs" fw={650}>
        {SEVERITY_WORDS[alert.severity]}
      </Text>
    </Group>
  );
}
