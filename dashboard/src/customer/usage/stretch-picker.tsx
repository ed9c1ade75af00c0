/** Chooses the stretch of time of a page: a usage period, the last days, or from one day to another. */
import { Group, Select, TextInput } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { PeriodPicker } from "../../parts/period-picker.tsx";
import { SPANS, type Span, spanOf } from "./stretch.ts";

export function StretchPicker({ otherwise }: { readonly otherwise: Span }) {
  const [address, change] = useAddress();
  const span = spanOf(address, otherwise);
  const choose = (chosen: string | null): void => {
    const next = SPANS.find(({ value }) => value === chosen)?.value ?? otherwise;
    change({
      span: next === otherwise ? undefined : next,
      step: undefined,
      ...(next === "period" ? {} : { period: undefined }),
      ...(next === "range" ? lastWeek() : { from: undefined, to: undefined }),
    });
  };
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label="Time"
        data={SPANS}
        value={span}
        onChange={choose}
        allowDeselect={false}
        maxDropdownHeight={340}
        w={170}
      />
      {span === "period" ? <PeriodPicker /> : null}
      {span === "range" ? <Days /> : null}
    </Group>
  );
}

function Days() {
  const [{ from = "", to = "" }, change] = useAddress();
  const isBackwards = from !== "" && to !== "" && to < from;
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        type="date"
        aria-label="First day, UTC"
        value={from}
        onChange={({ currentTarget }) => change({ from: currentTarget.value, step: undefined })}
        w={150}
      />
      <TextInput
        type="date"
        aria-label="Last day, UTC"
        value={to}
        onChange={({ currentTarget }) => change({ to: currentTarget.value, step: undefined })}
        {...(isBackwards ? { error: "Before the first day" } : {})}
        w={150}
      />
    </Group>
  );
}

/** What one sees first: a range that is not empty. */
function lastWeek(): { from: string; to: string } {
  const now = Date.now();
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return { from: day(now - 6 * 86_400_000), to: day(now) };
}
