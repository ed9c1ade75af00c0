/** To be written. */
import { Page } from "../../parts/page.tsx";

export function ProvidersPage() {
  return <Page title="ProvidersPage">soon</Page>;
}
