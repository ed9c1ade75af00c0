/** What was held for a call before it was made, and what was expected, beside what it used. */
import { Table, Text } from "@mantine/core";
import { Card } from "../../parts/page.tsx";
import type { Story } from "./call-query.ts";

export function CallHold({ story }: { readonly story: Story }) {
  return (
    <Card title="Estimate and hold" h="100%">
      {story.source}
    </Card>
  );
}
