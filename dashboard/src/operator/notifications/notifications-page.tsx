/** To be written. */
import { Page } from "../../parts/page.tsx";

export function NotificationsPage() {
  return <Page title="NotificationsPage">soon</Page>;
}
