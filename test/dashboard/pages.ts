/** Every page of the dashboard, for what is looked at on all of them. */

export interface ShownPage {
  /** As its pictures are named. */
  readonly name: string;
  readonly as: "customer" | "operator" | "nobody";
  readonly path: string;
  /** Its first heading, where that is not made of what it shows. */
  readonly title?: string;
  /** What one mostly comes to it for: the beginning of its name; left out, whatever comes first. */
  readonly action?: string;
}

/** `userId` is whom the operator looks at, `eventId` a call of the customer who is signed in. */
export function allPages(of: {
  readonly userId: string;
  readonly eventId: string;
}): readonly ShownPage[] {
  const one = `/customers/${encodeURIComponent(of.userId)}`;
  return [
    { name: "sign-in", as: "nobody", path: "/sign-in", title: "Sign in to Purser" },
    {
      name: "customer-overview",
      as: "customer",
      path: "/",
      title: "Overview",
      action: "Show as table",
    },
    { name: "customer-usage", as: "customer", path: "/usage", title: "Usage", action: "Export" },
    { name: "customer-calls", as: "customer", path: "/calls", title: "Calls", action: "Export" },
    { name: "customer-call", as: "customer", path: `/calls/${of.eventId}` },
    { name: "customer-alerts", as: "customer", path: "/alerts", title: "Alerts" },
    { name: "customer-plan", as: "customer", path: "/plan", title: "Plan", action: "Cancel Pro" },
    { name: "customer-keys", as: "customer", path: "/keys", title: "Keys", action: "Make a key" },
    { name: "operator-overview", as: "operator", path: "/overview", title: "Overview" },
    {
      name: "operator-customers",
      as: "operator",
      path: "/customers",
      title: "Customers",
      action: "Add a customer",
    },
    { name: "operator-customer", as: "operator", path: one },
    { name: "operator-sees", as: "operator", path: `${one}/see`, title: "Overview" },
    { name: "operator-plans", as: "operator", path: "/plans", title: "Plans" },
    { name: "operator-prices", as: "operator", path: "/prices", title: "Prices" },
    { name: "operator-providers", as: "operator", path: "/providers", title: "Providers" },
    {
      name: "operator-notifications",
      as: "operator",
      path: "/notifications",
      title: "Notifications",
    },
    { name: "operator-system", as: "operator", path: "/system", title: "System" },
  ];
}
