/** What was used in a stretch of time, stacked by provider, model, operation, key or tag, down to single calls. */
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { useLive } from "../../app/live.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { Page } from "../../parts/page.tsx";
import { periodsQuery } from "../../parts/period-picker.tsx";
import { Await, Empty, Failure } from "../../parts/states.tsx";
import { askedUsage } from "./asked-usage.ts";
import { useDeclaredTags } from "./declared-tags.ts";
import { ExportMenu } from "./export-menu.tsx";
import { saveTable } from "./save-table.ts";
import { useStretch } from "./stretch.ts";
import { StretchPicker } from "./stretch-picker.tsx";
import { UsageControls } from "./usage-controls.tsx";
import { UsageCrumbs } from "./usage-crumbs.tsx";
import { usageQuery } from "./usage-query.ts";
import { UsageSkeleton, UsageView } from "./usage-view.tsx";

export function UsagePage() {
  const { userId } = useSubject();
  const [address] = useAddress();
  const stretch = useStretch("period");
  const tags = useDeclaredTags();
  const usage = askedUsage(address, stretch, tags);
  const periods = useQuery(periodsQuery(userId));
  const query = useQuery(usageQuery(userId, stretch, usage));
  useLive(userId);
  const { data } = query;
  return (
    <Page
      title="Usage"
      subtitle="Days and hours are UTC."
      actions={
        <>
          <StretchPicker otherwise="period" />
          <ExportMenu
            asked={stretch.asked === null ? null : { ...stretch.asked, ...usage.only }}
            {...(data === undefined
              ? {}
              : { table: { label: "This table, CSV", save: () => saveTable(data, stretch) } })}
          />
        </>
      }
    >
      <UsageCrumbs />
      <UsageControls usage={usage} tags={tags} stretch={stretch} />
      {usage.by === "tag" && usage.tag === undefined ? (
        <Empty title="Usage is not added up by tags here">
          The operator declares in PURSER_TAGS by which it is, for instance team.
        </Empty>
      ) : stretch.asked === null && stretch.span === "range" ? (
        <Empty title="From which day to which?">Choose a first day and a last day.</Empty>
      ) : stretch.asked === null && periods.isError ? (
        <Failure fault={periods.error} again={() => void periods.refetch()} />
      ) : (
        <Await query={query} skeleton={<UsageSkeleton />}>
          {(breakdown) =>
            breakdown.rows.length === 0 ? (
              <Empty title="Nothing was used in this time">
                Calls appear here as soon as they end.{" "}
                <PageLink to="/keys" inherit underline="always">
                  Keys
                </PageLink>{" "}
                shows how to make the first.
              </Empty>
            ) : (
              <UsageView
                breakdown={breakdown}
                usage={usage}
                stretch={stretch}
                isOutdated={query.isPlaceholderData}
              />
            )
          }
        </Await>
      )}
    </Page>
  );
}
