/** To be written. */
import { Page } from "../../parts/page.tsx";

export function AlertsPage() {
  return <Page title="AlertsPage">soon</Page>;
}
