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
      {...button}
    >
      <Text truncate size="sm">
        {who}
      </Text>
    </Button>
  );
}
