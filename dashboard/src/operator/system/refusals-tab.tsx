/** Who is refused, and by what: counts by day, and the latest refusals in full. */
import { Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Card } from "../../parts/page.tsx";
import { LatestRefusals, RefusalCounts } from "../../parts/refusals.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { useTyped } from "../../parts/use-typed.ts";
import classes from "./system.module.css";
import { denialsQuery } from "./system-queries.ts";

export function RefusalsTab() {
  const [{ about }] = useAddress();
  const query = useQuery(denialsQuery(about));
  return (
    <Stack gap="md">
      <CustomerField />
      <Await query={query} height={420}>
        {({ counts, denials }) =>
          counts.length === 0 && denials.length === 0 ? (
            <Empty order={2} title="No refusals">
              {about === undefined
                ? "No call was refused. When a limit is used up, who was refused and by what stands here."
                : "No call of this customer was refused."}
            </Empty>
          ) : (
            <>
              <Card title="By day">
                <RefusalCounts counts={counts} who={customerLink} />
              </Card>
              {denials.length === 0 ? null : (
                <Card title="The latest">
                  <LatestRefusals denials={denials} who={customerLink} />
                </Card>
              )}
            </>
          )
        }
      </Await>
    </Stack>
  );
}

function CustomerField() {
  const [typed, put] = useTyped("about");
  return (
    <TextInput
      aria-label="Customer"
      placeholder="Of one customer, by id"
      value={typed}
      onChange={({ currentTarget: { value } }) => put(value)}
      w={260}
    />
  );
}

function customerLink(id: string) {
  return (
    <div key="who" className={classes["customer"]}>
      <PageLink to={`//customers/${encodeURIComponent(id)}`} inherit>
        {id}
      </PageLink>
    </div>
  );
}
