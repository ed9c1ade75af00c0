/** What the page of alerts reads, and what it may be asked to show. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { alertPage, alertPreferences } from "../../../../src/api/contract/alerts.ts";
import type { AddressState } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { keptOf } from "../../parts/kept-of.ts";
import { pageOf } from "../../parts/pages.tsx";

export type AlertPage = z.output<typeof alertPage>;
export type ShownAlert = AlertPage["alerts"][number];
export type Severity = ShownAlert["severity"];
export type Preferences = z.output<typeof alertPreferences>;

export const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];
export const ALERTS_A_PAGE = 20;

export interface AskedAlerts {
  readonly isUnreadOnly: boolean;
  readonly severity: Severity | undefined;
  /** From 1 on. */
  readonly page: number;
}

export function askedAlerts({ unread, severity, page }: AddressState): AskedAlerts {
  return {
    isUnreadOnly: unread !== undefined,
    severity: SEVERITIES.find((one) => one === severity),
    page: pageOf(page),
  };
}

export function alertsQuery(userId: string, asked: AskedAlerts) {
  const { isUnreadOnly, severity, page } = asked;
  return queryOptions({
    queryKey: ["customer", userId, "alerts", asked],
    queryFn: () =>
      client.alerts(userId, {
        unread_only: isUnreadOnly ? "true" : "false",
        limit: ALERTS_A_PAGE,
        offset: (page - 1) * ALERTS_A_PAGE,
        ...(severity === undefined ? {} : { severity }),
      }),
    placeholderData: keptOf(userId),
  });
}

export function preferencesQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "alert-preferences"],
    queryFn: () => client.alertPreferences(userId),
  });
}
