/** To be written. */
import { Page } from "../../parts/page.tsx";

export function PlansPage() {
  return <Page title="PlansPage">soon</Page>;
}
