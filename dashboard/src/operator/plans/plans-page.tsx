/** The plans that are sold: all of them, one with its editor and versions, or one that is being written. */
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Page } from "../../parts/page.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { MakePlan } from "./make-plan.tsx";
import { allPlansQuery } from "./plan-queries.ts";
import { PlanView } from "./plan-view.tsx";
import { PlansList } from "./plans-list.tsx";

export function PlansPage() {
  const [{ plan: slug, new: isNew, like }] = useAddress();
  const query = useQuery(allPlansQuery);
  if (query.data === undefined) {
    return (
      <Page title="Plans">
        <Await query={query} height={480}>
          {() => null}
        </Await>
      </Page>
    );
  }
  const plans = query.data;
  if (isNew !== undefined) {
    return <MakePlan key={like ?? ""} like={plans.find((one) => one.slug === like) ?? null} />;
  }
  if (slug === undefined) return <PlansList plans={plans} />;
  const plan = plans.find((one) => one.slug === slug);
  if (plan !== undefined) return <PlanView key={plan.slug} plan={plan} plans={plans} />;
  return (
    <Page title="Plans">
      <Empty title="There is no such plan">
        <PageLink to="//plans">All plans</PageLink>
      </Empty>
    </Page>
  );
}
