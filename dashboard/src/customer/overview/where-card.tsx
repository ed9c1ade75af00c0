/** Where the money goes: by provider as a bar, by model in a table. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSubject } from "../../app/subject.tsx";
import { Card } from "../../parts/page.tsx";
import type { ShownPeriod } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";
import { changesOf, progressOf, wholeChange } from "./compare.ts";
import type { Filtering } from "./filter.ts";
import { type Changes, ModelTable } from "./model-table.tsx";
import {
  modelsBeforeQuery,
  modelsQuery,
  providersQuery,
  useEarlierPeriod,
} from "./overview-queries.ts";
import { ProviderBar } from "./provider-bar.tsx";
import type { BreakdownSeen } from "./seen.ts";

export function WhereCard({
  period,
  now,
  filtering,
}: {
  readonly period: ShownPeriod;
  /** Milliseconds, by the server's clock. */
  readonly now: number;
  readonly filtering: Filtering;
}) {
  const { userId } = useSubject();
  const { filter } = filtering;
  const models = useQuery(modelsQuery(userId, period.billingPeriod, filter));
  const providers = useQuery(providersQuery(userId, period.billingPeriod, {}));
  const earlier = useEarlierPeriod(userId, period);
  const before = useQuery(modelsBeforeQuery(userId, earlier, filter));
  return (
    <Card title="Where it goes" p="sm">
      <Await query={models} skeleton={<Skeleton height={236} />}>
        {(seen) =>
          seen.rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing was used here in this period.
            </Text>
          ) : (
            <Stack gap={4}>
              <ProviderBar rows={providers.data?.rows ?? []} filtering={filtering} />
              <ModelTable
                models={seen}
                filtering={filtering}
                changes={
                  earlier === undefined ? null : changesFrom(seen, before.data, { period, now })
                }
              />
            </Stack>
          )
        }
      </Await>
    </Card>
  );
}

function changesFrom(
  seen: BreakdownSeen,
  before: BreakdownSeen | undefined,
  { period, now }: { readonly period: ShownPeriod; readonly now: number },
): Changes {
  const { start, end } = period;
  // The column is there from the beginning, so that no other moves when it is filled.
  if (before === undefined || start === undefined || end === undefined) return UNKNOWN;
  const progress = progressOf({ start: Date.parse(start), end: Date.parse(end), now });
  const changes = changesOf(seen.rows, before.rows, progress);
  return {
    of: (name) => changes.get(name),
    whole: wholeChange(seen.rows, before.rows, progress),
  };
}

const UNKNOWN: Changes = { of: () => undefined, whole: undefined };
