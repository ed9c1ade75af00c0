/** A button that copies a text, and says that it did. */
import { Button, type ButtonProps, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

const SAID_MS = 2_500;

export function CopyText({
  text,
  label = "Copy",
  of,
  ...button
}: {
  readonly text: string;
  readonly label?: string;
  /** For screen readers, where several stand on a page, e.g. `the key`. */
  readonly of?: string;
} & ButtonProps) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    // Browsers offer the clipboard on https and on this machine only.
    const isCopied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => false,
    );
    setSaid(isCopied ? "Copied" : "Select it and copy");
    setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <Button variant="default" size="xs" {...button} onClick={() => void copy()}>
      <span aria-live="polite">
        {said ?? label}
        {of === undefined ? null : <VisuallyHidden> {of}</VisuallyHidden>}
      </span>
    </Button>
  );
}
