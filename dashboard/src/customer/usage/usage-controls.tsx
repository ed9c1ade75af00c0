/** What usage is stacked by, how it is counted and in which steps: all of it in the address. */
import { Group, SegmentedControl, Select } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { type AskedUsage, DIMENSIONS, MEASURES, possibleSteps, STEPS } from "./asked-usage.ts";
import type { Stretch } from "./stretch.ts";

export function UsageControls({
  usage,
  tags,
  stretch,
}: {
  readonly usage: AskedUsage;
  /** The declared ones. */
  readonly tags: readonly string[];
  readonly stretch: Stretch;
}) {
  const [, change] = useAddress();
  const possible = possibleSteps(stretch, usage.by);
  const hasTags = tags.length > 0 || usage.by === "tag";
  const dimensions = DIMENSIONS.filter(({ value }) => value !== "tag" || hasTags);
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
        data={dimensions.map(({ value, label }) => ({ value, label: `By ${label.toLowerCase()}` }))}
        value={usage.by}
        onChange={(by) => change(changedBy(by ?? "provider"))}
        allowDeselect={false}
        w={150}
      />
      {usage.tag === undefined ? null : <TagName tag={usage.tag} declared={tags} />}
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

function TagName({
  tag,
  declared,
}: {
  readonly tag: string;
  readonly declared: readonly string[];
}) {
  const [, change] = useAddress();
  return (
    <Select
      aria-label="Tag"
      // A link may name what is not declared: the page then says which are.
      data={declared.includes(tag) ? declared : [...declared, tag]}
      value={tag}
      onChange={(chosen) => change({ tag: chosen ?? undefined })}
      allowDeselect={false}
      w={150}
    />
  );
}
