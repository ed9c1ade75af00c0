/** To be written. */
import { Page } from "../../parts/page.tsx";

export function CustomersPage() {
  return <Page title="CustomersPage">soon</Page>;
}
