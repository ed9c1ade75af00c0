/** Administrators see how the installation and its providers are. */
import { formatInstant } from "../../core/instant.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import { nanoUsd, usdNumber } from "../../core/money.ts";
import { openDeploymentDays } from "../../insights/deployment-days.ts";
import {
  type DeploymentLimitUse,
  readDeploymentLimits,
} from "../../insights/read-deployment-limits.ts";
import { readProviderStates } from "../../insights/read-provider-states.ts";
import * as insights from "../../insights/read-system.ts";
import { shownAmount } from "../../insights/shown-amount.ts";
import { percent } from "../../insights/usage-percentages.ts";
import type { Api } from "../api.ts";
import type { AnswerOf } from "../contract/endpoint.ts";
import { readProviders, readSystem } from "../contract/endpoints/system.ts";
import type { ApiPorts, Dialect } from "../ports.ts";
import { serve } from "../serve.ts";

export function systemRoutes(app: Api, ports: ApiPorts): void {
  serve(app, readSystem, () => shownSystem(ports));

  const days = openDeploymentDays(ports.store);
  serve(app, readProviders, async () => {
    const now = ports.clock.now();
    const [states, limits] = await Promise.all([
      readProviderStates({ store: ports.store, days }, now),
      readDeploymentLimits(ports.store, now),
    ]);
    const shown = ports.dialects.map((dialect): ShownProvider => {
      const { lastHour, month } = states.of(dialect.provider);
      return {
        provider: dialect.provider,
        title: dialect.title,
        ...credentialOf(ports, dialect),
        last_hour: lastHour,
        month: { ...month, cost: usdNumber(nanoUsd(month.cost)) },
        limits: limits.filter((use) => looksAt(use, dialect)).map(shownLimit),
      };
    });
    return {
      last_hour_from: formatInstant(states.lastHourFrom),
      month_from: formatInstant(states.monthFrom),
      providers: shown.sort(byUse),
    };
  });
}

async function shownSystem(ports: ApiPorts): Promise<AnswerOf<typeof readSystem>> {
  const { system } = ports;
  const [state, nodes, size_bytes] = await Promise.all([
    insights.readSystem(ports.store),
    system.nodes(),
    system.databaseBytes(),
  ]);
  const { schema_version, archives, ...rest } = state;
  return {
    version: ports.version,
    started_at: formatInstant(system.startedAt),
    uptime_seconds: system.uptimeSeconds(),
    ledger_time: formatInstant(ports.clock.now()),
    test_clock: ports.setClock !== null,
    demo: ports.isDemo,
    mail_set_up: ports.notices.sendsMail,
    nodes: nodes.toSorted((one, other) => Number(other.answers) - Number(one.answers)),
    database: { kind: system.database, size_bytes, schema_version },
    ...rest,
    last_backup: system.lastBackup(),
    archives: { ...archives, kept_months: system.keptMonths },
  };
}

type ShownProvider = AnswerOf<typeof readProviders>["providers"][number];

function credentialOf(ports: ApiPorts, dialect: Dialect) {
  return {
    credential: credentialState(ports, dialect),
    credential_setting: dialect.credentialSetting,
    host: ports.upstreamHost(dialect),
  };
}

function credentialState(ports: ApiPorts, dialect: Dialect): ShownProvider["credential"] {
  if (dialect.credentialOptional === true) return "not_needed";
  return ports.isSetUp(dialect) ? "set" : "missing";
}

function looksAt({ limit }: DeploymentLimitUse, { provider }: Dialect): boolean {
  return limit.provider === undefined || limit.provider === provider;
}

function shownLimit({ limit, cap, used, held, resetsAt }: DeploymentLimitUse) {
  const left = cap - used - held;
  const shown = (amount: bigint): number => shownAmount(limit.meter, amount);
  return {
    limit: writeLimit(limit),
    of_all: limit.provider === undefined,
    used: shown(used),
    held: shown(held),
    max: shown(cap),
    remaining: shown(left < 0n ? 0n : left),
    percent: percent(used, cap),
    resets_at: formatInstant(resetsAt),
  };
}

const CREDENTIALS = ["set", "not_needed", "missing"] as const;

/** The busiest first; of those that were not called, the ones that can be. */
function byUse(one: ShownProvider, other: ShownProvider): number {
  const rank = ({ credential }: ShownProvider): number => CREDENTIALS.indexOf(credential);
  return (
    other.month.calls - one.month.calls ||
    rank(one) - rank(other) ||
    one.title.localeCompare(other.title)
  );
}
