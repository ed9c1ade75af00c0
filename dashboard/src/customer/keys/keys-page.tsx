/** To be written. */
import { Page } from "../../parts/page.tsx";

export function KeysPage() {
  return <Page title="KeysPage">soon</Page>;
}
