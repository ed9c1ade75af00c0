/** A text that one may want elsewhere, such as an id, with a button that copies it. */
import { Code, Group } from "@mantine/core";
import { CopyText } from "../../parts/copy-text.tsx";

export function Copied({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Code style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>{text}</Code>
      <CopyText text={text} of={label} size="compact-xs" style={{ flex: "none" }} />
    </Group>
  );
}
