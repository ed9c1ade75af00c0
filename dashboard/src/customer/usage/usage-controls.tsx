/** What usage is stacked by, how it is counted and in which steps: all of it in the address. */
import { Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { type AskedUsage, DIMENSIONS, MEASURES, possibleSteps, STEPS } from "./asked-usage.ts";
import type { Stretch } from "./stretch.ts";

export function UsageControls({
  usage,
  stretch,
}: {
  readonly usage: AskedUsage;
  readonly stretch: Stretch;
}) {
  const [, change] = useAddress();
  const possible = possibleSteps(stretch, usage.by);
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label="Measure"
        data={[...MEASURES]}
        value={usage.measure}
        onChange={(measure) => change({ measure: measure === "cost" ? undefined : measure })}
      />
      <Select
        aria-label="Stacked by"
        data={DIMENSIONS.map(({ value, label }) => ({ value, label: `By ${label.toLowerCase()}` }))}
        value={usage.by}
        onChange={(by) => change(changedBy(by ?? "provider"))}
        allowDeselect={false}
        w={150}
      />
      {usage.by === "tag" ? <TagName tag={usage.tag} /> : null}
      <SegmentedControl
        aria-label="Steps"
        data={STEPS.map((step) => ({ ...step, disabled: !possible.includes(step.value) }))}
        value={usage.step}
        onChange={(step) => change({ step })}
      />
    </Group>
  );
}

/** Sums by tag know of no keys or operations, and only by tag is a tag wanted. */
function changedBy(by: string): Record<string, string | undefined> {
  if (by === "tag") return { by, key: undefined, operation: undefined };
  return { by: by === "provider" ? undefined : by, tag: undefined };
}

function TagName({ tag }: { readonly tag: string | undefined }) {
  const [, change] = useAddress();
  const take = (text: string): void =>
    change({ tag: text.trim() === "" ? undefined : text.trim() });
  return (
    <TextInput
      aria-label="Tag's name"
      placeholder="Tag's name, e.g. team"
      key={tag ?? ""}
      defaultValue={tag ?? ""}
      onBlur={({ currentTarget }) => take(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") take(currentTarget.value);
      }}
      w={190}
    />
  );
}
