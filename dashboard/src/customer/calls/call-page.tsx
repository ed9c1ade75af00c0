/** To be written. */
import { Page } from "../../parts/page.tsx";

export function CallPage() {
  return <Page title="CallPage">soon</Page>;
}
