/** Which of the deployment's alerts are listed, as the address says it. */
import {
  OPERATOR_ALERT_KINDS,
  type OperatorAlertKind,
} from "../../../../src/core/alerts/event-types.ts";
import type { AddressState } from "../../app/address.ts";
import { type AskedAlerts, askedAlerts } from "../../customer/alerts/alert-queries.ts";

export interface AskedNotices extends AskedAlerts {
  readonly kind: OperatorAlertKind | undefined;
}

export function askedNotices(address: AddressState): AskedNotices {
  const { kind } = address;
  return { ...askedAlerts(address), kind: OPERATOR_ALERT_KINDS.find((each) => each === kind) };
}
