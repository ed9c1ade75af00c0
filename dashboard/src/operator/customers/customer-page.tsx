/** To be written. */
import { Page } from "../../parts/page.tsx";

export function CustomerPage() {
  return <Page title="CustomerPage">soon</Page>;
}
