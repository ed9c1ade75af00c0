/** Chooses the usage period that a page is about; it stands in the address as `period`, and holds for the whole page. */
import { Group, NativeSelect, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useAddress } from "../app/address.ts";
import { client } from "../app/client.ts";
import { useSubject } from "../app/subject.tsx";
import { plainTime, shortDay, TIME_ZONE } from "./format.ts";

export interface ShownPeriod {
  /** As the API takes it, e.g. `2026-04-01`; undefined: the present one. */
  readonly billingPeriod: string | undefined;
  readonly isPresent: boolean;
  /** Its instants, `end` exclusive; undefined until they are known. */
  readonly start: string | undefined;
  readonly end: string | undefined;
}

export function periodsQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "periods"],
    queryFn: async () => (await client.periods(userId)).periods,
  });
}

/** The period that the address names, else the present one. */
export function usePeriod(): ShownPeriod {
  const { userId } = useSubject();
  const [{ period }] = useAddress();
  const { data = [] } = useQuery(periodsQuery(userId));
  const found =
    data.find(({ billing_period: start, is_present: isPresent }) =>
      period === undefined ? isPresent : start === period,
    ) ?? null;
  const isPresent = found === null ? period === undefined : found.is_present;
  return {
    billingPeriod: isPresent ? undefined : period,
    isPresent,
    start: found?.start,
    end: found?.end,
  };
}

export function PeriodPicker() {
  const { userId } = useSubject();
  const [, change] = useAddress();
  const { start, end, isPresent } = usePeriod();
  const { data = [] } = useQuery(periodsQuery(userId));
  const options = data.map((each) => ({
    value: each.start,
    label: `${shortDay(each.start)} to ${shortDay(each.end)}${each.is_present ? ", now" : ""}`,
  }));
  const choose = (chosen: string): void => {
    const period = data.find((each) => each.start === chosen);
    change({ period: period?.is_present === false ? period.billing_period : undefined });
  };
  return (
    <Group gap="xs">
      <NativeSelect
        aria-label="Period"
        data={options}
        value={start ?? ""}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        w={210}
      />
      <Text size="xs" c="dimmed" miw={230} mih={36} component="div">
        {start === undefined || end === undefined ? null : (
          <>
            {plainTime(start)} to
            <br />
            {plainTime(end)} ({TIME_ZONE}
            {isPresent ? "" : ", over"})
          </>
        )}
      </Text>
    </Group>
  );
}
