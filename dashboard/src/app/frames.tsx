/** The frames of the three sorts of pages: a customer's own, the operator's, and a customer's as the operator sees them. */
import { Alert, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { PageLink } from "./page-link.tsx";
import { sessionQuery } from "./session.ts";
import { type Place, Shell } from "./shell.tsx";
import { SubjectContext } from "./subject.tsx";

const CUSTOMER_PLACES: readonly Place[] = [
  { to: "/", label: "Overview" },
  { to: "/usage", label: "Usage" },
  { to: "/calls", label: "Calls" },
  { to: "/alerts", label: "Alerts" },
  { to: "/plan", label: "Plan" },
  { to: "/keys", label: "Keys" },
];

const OPERATOR_PLACES: readonly Place[] = [
  { to: "/overview", label: "Overview" },
  { to: "/customers", label: "Customers" },
  { to: "/plans", label: "Plans" },
  { to: "/prices", label: "Prices" },
  { to: "/providers", label: "Providers" },
  { to: "/notifications", label: "Notifications" },
  { to: "/system", label: "System" },
];

export function CustomerFrame() {
  const { data: session } = useQuery(sessionQuery);
  const userId = session?.user_id;
  if (userId === undefined) return null;
  return (
    <SubjectContext value={{ userId, base: "", isOwn: true }}>
      <Shell places={CUSTOMER_PLACES} who={session?.name ?? userId} />
    </SubjectContext>
  );
}

export function OperatorFrame() {
  return <Shell places={OPERATOR_PLACES} who="Operator" />;
}

export function OperatorsViewFrame() {
  const { userId = "" } = useParams({ strict: false });
  const base = `/customers/${encodeURIComponent(userId)}/see`;
  const places = CUSTOMER_PLACES.map(({ to, label }) => ({
    to: to === "/" ? base : `${base}${to}`,
    label,
  }));
  return (
    <SubjectContext value={{ userId, base, isOwn: false }}>
      <Shell
        places={places}
        who="Operator"
        banner={
          <Alert color="gray" mb="md" py="xs">
            <Group justify="space-between" gap="xs">
              <Text size="sm">
                You see these pages as <b>{userId}</b> does. What you do here is done for them.
              </Text>
              <PageLink to={`//customers/${encodeURIComponent(userId)}`} size="sm">
                Back to the customer
              </PageLink>
            </Group>
          </Alert>
        }
      />
    </SubjectContext>
  );
}
