/** A question over the page, before something is done: named, closed by Escape, whole on narrow screens. */
import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useIsNarrow } from "./is-narrow.ts";

export function Dialog({
  title,
  isOpen,
  onClose,
  size = "md",
  stackId,
  children,
}: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly size?: "md" | "lg" | "xl";
  /** Its name inside a Modal.Stack: only the last that opened is shown, and closed by Escape. */
  readonly stackId?: string;
  readonly children: ReactNode;
}) {
  const isNarrow = useIsNarrow();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={size}
      fullScreen={isNarrow}
      {...(stackId === undefined ? {} : { stackId })}
      // What locks the page's scrolling writes a style sheet without the policy's nonce.
      lockScroll={false}
      styles={{ title: { fontWeight: 650, overflowWrap: "anywhere" } }}
      // Else the dialog's head were a second banner of the page.
      attributes={{ header: { role: "presentation" } }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {children}
    </Modal>
  );
}
