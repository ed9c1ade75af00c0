/** One plan: its editor, and its versions with who subscribes to them. */
import { Badge, Button, Group, Tabs } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { countOf } from "../../../../src/core/amount-words.ts";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { EditPlan } from "./edit-plan.tsx";
import type { AdminPlan } from "./plan-queries.ts";
import { VersionsCard } from "./versions-card.tsx";

export function PlanView({
  plan,
  plans,
}: {
  readonly plan: AdminPlan;
  readonly plans: readonly AdminPlan[];
}) {
  const [{ tab }, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  // Written anew after each save, so that the form begins from what holds.
  const [saves, setSaves] = useState(0);
  const shown = tab === "versions" ? "versions" : "edit";
  return (
    <Page title={plan.name} subtitle={<PlanWords plan={plan} />} actions={<CopyLink plan={plan} />}>
      <div>
        <Said words={said} />
        <Tabs
          value={shown}
          onChange={(next) => change({ tab: next === "versions" ? "versions" : undefined })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="edit">Edit</Tabs.Tab>
            <Tabs.Tab value="versions">Versions and subscribers</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="edit">
            <EditPlan
              key={saves}
              plan={plan}
              plans={plans}
              onSaved={(words) => {
                setSaid(words);
                setSaves(saves + 1);
              }}
            />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <VersionsCard plan={plan} onMoved={setSaid} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </Page>
  );
}

function PlanWords({ plan }: { readonly plan: AdminPlan }) {
  return (
    <Group gap={8}>
      <PageLink to="//plans" size="sm">
        All plans
      </PageLink>
      <span>
        {plan.slug}, version {plan.version}, {countOf(plan.subscribers, "subscriber")}
      </span>
      {plan.hidden ? (
        <Badge size="xs" variant="default" tt="none">
          Hidden
        </Badge>
      ) : null}
    </Group>
  );
}

function CopyLink({ plan }: { readonly plan: AdminPlan }) {
  return (
    <Button
      variant="default"
      size="sm"
      renderRoot={(props: object) => (
        <Link {...props} to="/plans" search={{ new: "1", like: plan.slug }} />
      )}
    >
      New plan like this
    </Button>
  );
}
