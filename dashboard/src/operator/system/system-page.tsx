/** To be written. */
import { Page } from "../../parts/page.tsx";

export function SystemPage() {
  return <Page title="SystemPage">soon</Page>;
}
