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

/** What else an address opens on them: tabs, dialogs, narrower lists. */
export function pageStates(of: { readonly userId: string }): readonly ShownPage[] {
  const one = `/customers/${encodeURIComponent(of.userId)}`;
  const all = {
    customer: [
      "/?show=table",
      "/usage?span=24m&by=model",
      "/usage?by=model&show=table",
      "/calls?provider=openai",
      "/alerts?tab=preferences",
      "/plan?change=basic",
      "/keys?ask=create",
    ],
    operator: [
      "/overview?range=30d&show=table",
      `${one}?ask=lift`,
      `${one}?ask=plan`,
      "/plans?new=1",
      "/plans?plan=pro&tab=versions&move=1",
      "/prices?q=o3&add=openai%20o3",
      "/prices?q=o3&of=openai%20o3",
      "/prices?tab=unpriced",
      "/prices?tab=rerate",
      "/prices?tab=catalogue",
      "/providers?show=all&provider=gemini",
      "/providers?ask=limits",
      "/notifications?ask=add",
      "/notifications?tab=outbox",
      "/notifications?tab=alerts",
      "/system?tab=keys&shown=all",
      "/system?tab=keys&ask=make",
      "/system?tab=log",
      "/system?tab=refusals",
    ],
  } as const;
  return (["customer", "operator"] as const).flatMap((as) =>
    all[as].map((path) => ({ name: path, as, path })),
  );
}
