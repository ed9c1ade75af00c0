/** The button with the name of who is signed in. */
import { Button, type ButtonProps, Text } from "@mantine/core";
import type { FocusEventHandler, MouseEventHandler, PointerEventHandler, Ref } from "react";

export function PersonButton({
  who,
  ...button
}: ButtonProps & {
  readonly who: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onClick?: MouseEventHandler;
  readonly onPointerEnter?: PointerEventHandler;
  readonly onFocus?: FocusEventHandler;
}) {
  return (
    <Button
      variant="default"
      size="sm"
      maw={200}
      miw={0}
      style={{ flexShrink: 1 }}
      aria-haspopup="menu"
      aria-label={who}
      title={who}
      {...button}
    >
      <Text truncate size="sm" visibleFrom="xs">
        {who}
      </Text>
      <Text size="sm" hiddenFrom="xs" aria-hidden="true">
        {initialsOf(who)}
      </Text>
    </Button>
  );
}

/** Where a name has no room: the first letters of its first two words. */
function initialsOf(who: string): string {
  const words = who.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map(([letter = ""]) => letter.toUpperCase())
    .join("");
}
