/** To be written. */
import { Page } from "../../parts/page.tsx";

export function PlanPage() {
  return <Page title="PlanPage">soon</Page>;
}
