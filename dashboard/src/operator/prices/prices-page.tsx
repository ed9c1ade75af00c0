/** To be written. */
import { Page } from "../../parts/page.tsx";

export function PricesPage() {
  return <Page title="PricesPage">soon</Page>;
}
