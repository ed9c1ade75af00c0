/** A secret that was just made: its text, this one time, to be copied and put away. */
import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyText } from "./copy-text.tsx";
import { Card } from "./page.tsx";
import classes from "./shown-once.module.css";

export function ShownOnce({
  title,
  what,
  text,
  note,
  onPutAway,
  children,
}: {
  readonly title: string;
  /** As in `Copy the key`. */
  readonly what: string;
  readonly text: string;
  /** What it is for, and what happens to one that it replaces. */
  readonly note?: string;
  readonly onPutAway: () => void;
  /** What to do with it. */
  readonly children?: ReactNode;
}) {
  return (
    <Card title={title}>
      <Stack gap="sm">
        <Text size="sm">
          Copy it now: this is the one time it is shown, and nobody can show it to you again.
          {note === undefined ? "" : ` ${note}`}
        </Text>
        <div className={classes["secret"]} data-testid="shown-once">
          {text}
        </div>
        <Group gap="xs">
          <CopyText text={text} label={`Copy ${what}`} variant="filled" size="sm" />
          <Button variant="default" size="sm" onClick={onPutAway}>
            I have it, put it away
          </Button>
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
