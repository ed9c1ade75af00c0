/** How something is, in a word or two, with a dot whose colour only helps. */
import { Group, Text } from "@mantine/core";
import classes from "./tone-word.module.css";

/** `quiet`: neither well nor ill; there is nothing to say. */
export type Tone = "fine" | "close" | "stopped" | "quiet";

export function ToneWord({ tone, words }: { readonly tone: Tone; readonly words: string }) {
  return (
    <Group gap={6} wrap="nowrap" mih="calc(var(--mantine-font-size-sm) * 1.55)">
      <span className={classes["dot"]} data-tone={tone} aria-hidden />
      <Text span size="xs" fw={600} style={{ whiteSpace: "nowrap" }}>
        {words}
      </Text>
    </Group>
  );
}
