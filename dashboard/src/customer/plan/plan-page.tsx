/** A customer's plan: what holds now, what else is offered, what a change comes to, and what became of it. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { useLive } from "../../app/live.ts";
import { useSubject } from "../../app/subject.tsx";
import { TIME_ZONE } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { ChangeDialog } from "./change-dialog.tsx";
import { ComparePlans } from "./compare-plans.tsx";
import { CurrentPlan } from "./current-plan.tsx";
import { InvoiceHistory } from "./invoice-history.tsx";
import type { OfferedPlan, OwnSubscription } from "./plan-queries.ts";
import { plansQuery, subscriptionQuery } from "./plan-queries.ts";
import { RenewalHistory } from "./renewal-history.tsx";

export function PlanPage() {
  const { userId } = useSubject();
  useLive(userId);
  const own = useQuery(subscriptionQuery(userId));
  const plans = useQuery(plansQuery);
  const isWaiting = [own.status, plans.status].includes("pending");
  return (
    <Page title="Plan" subtitle={`Times are in ${TIME_ZONE}.`}>
      <Await query={own} height={180}>
        {(holds) => (
          <Await query={plans} height={640}>
            {(offered) => <Plans own={holds} offered={offered} />}
          </Await>
        )}
      </Await>
      {/* They ask at once, and are shown with what stands above them, which would push them away. */}
      <div hidden={isWaiting}>
        <Stack gap="lg">
          <RenewalHistory />
          <InvoiceHistory />
        </Stack>
      </div>
    </Page>
  );
}

function Plans({
  own,
  offered,
}: {
  readonly own: OwnSubscription;
  readonly offered: readonly OfferedPlan[];
}) {
  const [{ change: wanted, ask }, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  const chosen = offered.find(({ id, slug }) => String(id) === wanted || slug === wanted);
  const done = (words: string): void => {
    setSaid(words);
    change({ change: undefined, ask: undefined });
  };
  return (
    <Stack gap="lg">
      <Said words={said} />
      <CurrentPlan own={own} offered={offered} onDone={done} />
      <ComparePlans own={own} offered={offered} />
      <ChangeDialog
        own={own}
        chosen={chosen ?? null}
        onClose={() => change({ change: undefined })}
        onDone={done}
      />
      <CancelDialog
        own={own}
        offered={offered}
        isOpen={ask === "cancel"}
        onClose={() => change({ ask: undefined })}
        onDone={done}
      />
    </Stack>
  );
}
