/** Every page and its address; a page's code is loaded when somebody first goes there. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { CustomerFrame, OperatorFrame, OperatorsViewFrame } from "./frames.tsx";
import { NotFound } from "./not-found.tsx";
import { PageFailure } from "./page-failure.tsx";
import { queries } from "./queries.ts";
import { type SignedIn, sessionQuery } from "./session.ts";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signInRoute = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("../sign-in/sign-in-page.tsx"), "SignInPage"),
});
const portalRoute = createRoute({
  getParentRoute: () => root,
  path: "/portal",
  component: lazyRouteComponent(() => import("../sign-in/portal-page.tsx"), "PortalPage"),
});

async function signedIn(pathname: string): Promise<SignedIn> {
  const session = await queries.ensureQueryData(sessionQuery);
  if (session !== null) return session;
  throw redirect({ to: "/sign-in", search: pathname === "/" ? {} : { to: pathname } });
}

/** One's own pages; the operator is shown the operator's. */
const home = createRoute({
  getParentRoute: () => root,
  id: "home",
  beforeLoad: async ({ location }) => ({ session: await signedIn(location.href) }),
});

const customer = createRoute({
  getParentRoute: () => home,
  id: "customer",
  beforeLoad: ({ context }) => {
    if (context.session.kind !== "customer") throw redirect({ to: "/overview" });
  },
  component: CustomerFrame,
});
const operator = createRoute({
  getParentRoute: () => home,
  id: "operator",
  beforeLoad: ({ context }) => {
    if (context.session.kind === "customer") throw redirect({ to: "/" });
  },
  component: OperatorFrame,
});
const operatorsView = createRoute({
  getParentRoute: () => home,
  path: "/customers/$userId/see",
  beforeLoad: ({ context }) => {
    if (context.session.kind === "customer") throw redirect({ to: "/" });
  },
  component: OperatorsViewFrame,
});

type Parent = typeof customer | typeof operatorsView;

/** A customer's pages stand twice: at the root for themself, and under a customer for the operator. */
function customerPages(parent: Parent) {
  const at = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
    createRoute({ getParentRoute: () => parent as typeof customer, path, component });
  return [
    at(
      "/",
      lazyRouteComponent(() => import("../customer/overview/overview-page.tsx"), "OverviewPage"),
    ),
    at(
      "/usage",
      lazyRouteComponent(() => import("../customer/usage/usage-page.tsx"), "UsagePage"),
    ),
    at(
      "/calls",
      lazyRouteComponent(() => import("../customer/calls/calls-page.tsx"), "CallsPage"),
    ),
    at(
      "/calls/$eventId",
      lazyRouteComponent(() => import("../customer/calls/call-page.tsx"), "CallPage"),
    ),
    at(
      "/alerts",
      lazyRouteComponent(() => import("../customer/alerts/alerts-page.tsx"), "AlertsPage"),
    ),
    at(
      "/plan",
      lazyRouteComponent(() => import("../customer/plan/plan-page.tsx"), "PlanPage"),
    ),
    at(
      "/keys",
      lazyRouteComponent(() => import("../customer/keys/keys-page.tsx"), "KeysPage"),
    ),
  ];
}

function operatorPages() {
  const at = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
    createRoute({ getParentRoute: () => operator, path, component });
  return [
    at(
      "/overview",
      lazyRouteComponent(() => import("../operator/overview/overview-page.tsx"), "OverviewPage"),
    ),
    at(
      "/customers",
      lazyRouteComponent(() => import("../operator/customers/customers-page.tsx"), "CustomersPage"),
    ),
    at(
      "/customers/$userId",
      lazyRouteComponent(() => import("../operator/customers/customer-page.tsx"), "CustomerPage"),
    ),
    at(
      "/plans",
      lazyRouteComponent(() => import("../operator/plans/plans-page.tsx"), "PlansPage"),
    ),
    at(
      "/prices",
      lazyRouteComponent(() => import("../operator/prices/prices-page.tsx"), "PricesPage"),
    ),
    at(
      "/providers",
      lazyRouteComponent(() => import("../operator/providers/providers-page.tsx"), "ProvidersPage"),
    ),
    at(
      "/notifications",
      lazyRouteComponent(
        () => import("../operator/notifications/notifications-page.tsx"),
        "NotificationsPage",
      ),
    ),
    at(
      "/system",
      lazyRouteComponent(() => import("../operator/system/system-page.tsx"), "SystemPage"),
    ),
  ];
}

const routes = root.addChildren([
  signInRoute,
  portalRoute,
  home.addChildren([
    customer.addChildren(customerPages(customer)),
    operatorsView.addChildren(customerPages(operatorsView)),
    operator.addChildren(operatorPages()),
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});
