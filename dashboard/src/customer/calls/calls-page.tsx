/** To be written. */
import { Page } from "../../parts/page.tsx";

export function CallsPage() {
  return <Page title="CallsPage">soon</Page>;
}
