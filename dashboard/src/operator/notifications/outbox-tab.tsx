/** Each message to each receiver: how far it has come, and trying again what did not arrive. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { CursorPages } from "../../parts/cursor-pages.tsx";
import { Card } from "../../parts/page.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { askedOutbox } from "./asked-outbox.ts";
import { DeliveriesTable } from "./deliveries-table.tsx";
import { outboxQuery } from "./notice-queries.ts";
import classes from "./notifications.module.css";
import { OutboxFilters } from "./outbox-filters.tsx";
import { RetryDead } from "./retry-dead.tsx";

export function OutboxTab() {
  const [address] = useAddress();
  const asked = askedOutbox(address);
  const query = useQuery(outboxQuery(asked));
  const hasFilters = asked.state ?? asked.channelId ?? asked.userId ?? asked.after;
  return (
    <Stack gap="md">
      <OutboxFilters counts={query.data?.counts} />
      <RetryDead dead={query.data?.counts.dead ?? 0} />
      <Await query={query} height={420}>
        {(page) =>
          page.deliveries.length === 0 ? (
            <Empty
              order={2}
              title={hasFilters === undefined ? "Nothing was told yet" : "No such messages"}
            >
              {hasFilters === undefined
                ? "What happens is told to channels and by mail to customers; each message to each receiver stands here."
                : "Nothing fits these filters."}
            </Empty>
          ) : (
            <Card>
              <div className={classes["read"]} data-stale={query.isPlaceholderData}>
                <DeliveriesTable deliveries={page.deliveries} />
              </div>
              <CursorPages of="Messages" next={page.next_cursor} />
            </Card>
          )
        }
      </Await>
    </Stack>
  );
}
