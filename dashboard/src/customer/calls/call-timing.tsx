/** How long a call took: until its first token, and all of it, as a bar. */
import { Text } from "@mantine/core";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { duration } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { seriesColour } from "../../parts/provider-colours.ts";
import type { Story } from "./call-query.ts";
import classes from "./calls.module.css";

export function CallTiming({ story }: { readonly story: Story }) {
  const { response_time: whole, time_to_first_token: first, retry_count: retries } = story;
  const facts: Fact[] = [
    ["First token", first === undefined ? <NotRecorded key="first" /> : duration(first)],
    ["In all", whole === 0 ? <NotRecorded key="whole" /> : duration(whole)],
    ["Retries", retries === 0 ? "none" : String(retries)],
    ["Streamed", story.streamed ? "yes" : "no"],
  ];
  return (
    <Card title="Timing" h="100%">
      {whole === 0 ? null : <Bar whole={whole} first={first} />}
      <Facts of={facts} />
    </Card>
  );
}

/** Until the first token, and from there to the end. */
function Bar({ whole, first }: { readonly whole: number; readonly first: number | undefined }) {
  const share = first === undefined ? 0 : Math.min(100, (first / whole) * 100);
  const words =
    first === undefined
      ? `${duration(whole)} in all`
      : `First token after ${duration(first)} of ${duration(whole)}`;
  return (
    <div className={classes["bar"]} role="img" aria-label={words} style={{ marginBottom: 12 }}>
      {first === undefined ? null : (
        <span
          style={{ width: `${share}%`, background: seriesColour(7) }}
          title="Until the first token"
        />
      )}
      <span style={{ width: `${100 - share}%`, background: seriesColour(0) }} title="Answering" />
    </div>
  );
}

export function NotRecorded() {
  return (
    <Text span inherit c="dimmed">
      not recorded
    </Text>
  );
}
