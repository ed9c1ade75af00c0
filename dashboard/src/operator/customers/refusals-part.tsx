/** By what a customer is refused: counts by day, and the latest in full. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LatestRefusals, RefusalCounts } from "../../parts/refusals.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { denialsQuery } from "./story-queries.ts";

export function RefusalsPart({ id }: { readonly id: string }) {
  const query = useQuery(denialsQuery(id));
  return (
    <Await query={query} height={240}>
      {({ counts, denials }) =>
        counts.length === 0 && denials.length === 0 ? (
          <Empty title="No refusals">No call of this customer was refused.</Empty>
        ) : (
          <Stack gap="md">
            <RefusalCounts counts={counts} />
            {denials.length === 0 ? null : (
              <>
                <Text size="sm" fw={600}>
                  The latest
                </Text>
                <LatestRefusals denials={denials} />
              </>
            )}
          </Stack>
        )
      }
    </Await>
  );
}
