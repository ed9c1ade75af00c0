/** A text that one may want elsewhere, such as an id, with a button that copies it. */
import { Button, Code, CopyButton, Group } from "@mantine/core";

export function Copied({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Code style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={copy}
            style={{ flex: "none" }}
            aria-label={copied ? `${label} copied` : `Copy ${label}`}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
