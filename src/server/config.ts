/** Every setting of Purser, read once from the environment, checked, with words for each mistake. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Deadlines } from "../call/call.ts";
import { AppError } from "../core/errors.ts";
import { allDialects } from "../providers/all.ts";
import { type CompatibleSetting, readProviderFile } from "../providers/compatible/read-setting.ts";
import type { Dialect } from "../providers/dialect.ts";
import { type OpenedPath, withOpenedPaths } from "../providers/opened-paths.ts";
import { type NoticeSettings, readNoticeSettings } from "./notice-settings.ts";
import {
  ConfigError,
  checkUrl,
  type Environment,
  existingFile,
  flag,
  listed,
  longText,
  seconds,
  text,
  wholeNumber,
} from "./read-setting.ts";

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** `postgres://…`, with the password: never to be shown (describe-database.ts). null: SQLite in the data directory. */
  readonly databaseUrl: string | null;
  readonly adminKey: string | null;
  readonly secret: string | null;
  readonly plansFile: string;
  /** Every provider that can be called: those we know, and those of PURSER_PROVIDERS. */
  readonly dialects: readonly Dialect[];
  /** As PURSER_PROVIDERS names them. */
  readonly addedProviders: readonly CompatibleSetting[];
  readonly upstreams: Readonly<Record<string, UpstreamSetting>>;
  readonly corsOrigins: readonly string[];
  /** Names of tags that sums are kept by. */
  readonly tags: readonly string[];
  /** How many whole months of events are kept beside the present one; null: all. */
  readonly retentionMonths: number | null;
  /** Where the archives of older months are. */
  readonly archiveDir: string;
  readonly notices: NoticeSettings;
  /** Where the dashboard's built files are. */
  readonly dashboardDir: string;
  readonly trustProxy: boolean;
  readonly testClock: boolean;
  /** Providers are simulated, and the dashboard says so. */
  readonly demo: boolean;
  /** How long running calls may take to end after SIGTERM. */
  readonly shutdownMs: number;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface UpstreamSetting {
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly deadlines: Deadlines;
}

const ADMIN_KEY_LEAST = 32;
const SECRET_LEAST = 32;
const DECLARED_TAGS_MOST = 5;
const TAG_NAME_MOST = 64;
const RETENTION_MONTHS_MOST = 1_200;
const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Throws ConfigError for the first setting that cannot be used. Empty values count as absent. */
export function readConfig(env: Environment): Config {
  const dataDir = resolve(text(env, "PURSER_DATA_DIR") ?? "data");
  const { dialects, addedProviders } = providers(env);
  const listening = {
    host: text(env, "PURSER_HOST") ?? "127.0.0.1",
    port: wholeNumber(env, "PURSER_PORT", { otherwise: 8787, most: 65_535 }),
  };
  return {
    ...listening,
    dataDir,
    databaseUrl: databaseUrl(env),
    adminKey: longText(env, "PURSER_ADMIN_KEY", ADMIN_KEY_LEAST),
    secret: longText(env, "PURSER_SECRET", SECRET_LEAST),
    plansFile: plansFile(env),
    dialects,
    addedProviders,
    upstreams: Object.fromEntries(
      dialects.map((dialect) => [dialect.provider, upstreamOf(env, dialect)]),
    ),
    corsOrigins: corsOrigins(env),
    tags: declaredTags(env),
    retentionMonths: retentionMonths(env),
    archiveDir: resolve(text(env, "PURSER_ARCHIVE_DIR") ?? join(dataDir, "archives")),
    notices: readNoticeSettings(env, listening),
    dashboardDir: resolve(
      text(env, "PURSER_DASHBOARD_DIR") ?? join(PACKAGE_ROOT, "dashboard", "dist"),
    ),
    trustProxy: flag(env, "PURSER_TRUST_PROXY"),
    testClock: flag(env, "PURSER_TEST_CLOCK"),
    demo: flag(env, "PURSER_DEMO"),
    shutdownMs: seconds(env, "PURSER_SHUTDOWN_SECONDS", 30),
    logLevel: logLevel(env),
  };
}

function upstreamOf(env: Environment, dialect: Dialect): UpstreamSetting {
  const name = dialect.provider.toUpperCase().replaceAll("-", "_");
  const url = text(env, `PURSER_UPSTREAM_${name}`) ?? dialect.baseUrl;
  checkUrl(url, `PURSER_UPSTREAM_${name}`, ["http:", "https:"]);
  const deadline = (kind: string, otherwise: number): number =>
    seconds(
      env,
      `PURSER_DEADLINE_${kind}_${name}`,
      seconds(env, `PURSER_DEADLINE_${kind}`, otherwise / 1_000) / 1_000,
    );
  return {
    baseUrl: url.replace(/\/+$/, ""),
    credential: text(env, dialect.credentialSetting) ?? null,
    deadlines: {
      jsonMs: deadline("JSON", 15 * 60_000),
      silenceMs: deadline("SILENCE", 5 * 60_000),
      callMs: deadline("CALL", 60 * 60_000),
    },
  };
}

/** A mistake in the file is told by provider, field and mend. */
function providers(env: Environment): Pick<Config, "dialects" | "addedProviders"> {
  const path = existingFile(env, "PURSER_PROVIDERS");
  try {
    const addedProviders = path === null ? [] : readProviderFile(readFileSync(path, "utf8"));
    return { dialects: withOpened(env, allDialects(addedProviders)), addedProviders };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new ConfigError("PURSER_PROVIDERS", `cannot be used: ${cause.message}`);
  }
}

/** `openai POST /v1/realtime/sessions, gemini GET /v1beta/files`: exact paths beyond the providers' tables. */
function withOpened(env: Environment, dialects: readonly Dialect[]): readonly Dialect[] {
  const setting = "PURSER_OPENED_PATHS";
  const opened = listed(env, setting).map((entry) => {
    const [, provider = "", method = "", path = ""] =
      /^(\S+) (GET|POST|DELETE) (\/[^\s?#]*)$/.exec(entry) ?? [];
    if (dialects.some((dialect) => dialect.provider === provider)) {
      return { provider, method: method as OpenedPath["method"], path };
    }
    throw new ConfigError(
      setting,
      `must be a list such as "openai POST /v1/realtime/sessions", of known providers, not "${entry}".`,
    );
  });
  return dialects.map((dialect) =>
    withOpenedPaths(
      dialect,
      opened.filter(({ provider }) => provider === dialect.provider),
    ),
  );
}

function logLevel(env: Environment): LogLevel {
  const parsed = z.enum(LOG_LEVELS).safeParse(text(env, "PURSER_LOG_LEVEL") ?? "warn");
  if (parsed.success) return parsed.data;
  throw new ConfigError("PURSER_LOG_LEVEL", `must be one of ${LOG_LEVELS.join(", ")}.`);
}

/** What is wrong is said without the value: there may be a password in it. */
function databaseUrl(env: Environment): string | null {
  const setting = "PURSER_DATABASE_URL";
  const value = text(env, setting);
  if (value === undefined) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) {
    const example = "postgres://purser:password@db.example.com:5432/purser";
    throw new ConfigError(
      setting,
      `must be such as ${example} (signs like @ or / in the password written as %40, %2F), or be left out: then the database is SQLite in PURSER_DATA_DIR.`,
    );
  }
  if (url.hostname === "" || url.hostname.includes(",")) {
    throw new ConfigError(setting, "must name one host, after the @.");
  }
  if (/^\/?$/.test(url.pathname)) {
    throw new ConfigError(setting, "must name the database, after the host: …:5432/purser.");
  }
  return value;
}

function plansFile(env: Environment): string {
  return existingFile(env, "PURSER_PLANS") ?? join(PACKAGE_ROOT, "config", "plans.yaml");
}

function corsOrigins(env: Environment): readonly string[] {
  const named = listed(env, "PURSER_CORS_ORIGINS");
  for (const origin of named) {
    if (origin === "*") {
      throw new ConfigError(
        "PURSER_CORS_ORIGINS",
        "must name each origin, such as https://app.example.com; * is not accepted.",
      );
    }
    checkUrl(origin, "PURSER_CORS_ORIGINS", ["http:", "https:"]);
  }
  return named.map((origin) => new URL(origin).origin);
}

/** Each is a further sum that every event of it raises, so there are few. */
function declaredTags(env: Environment): readonly string[] {
  const setting = "PURSER_TAGS";
  const names = listed(env, setting);
  if (names.length > DECLARED_TAGS_MOST) {
    throw new ConfigError(setting, `must name at most ${DECLARED_TAGS_MOST} tags.`);
  }
  for (const name of names) {
    if (name.length > TAG_NAME_MOST) {
      throw new ConfigError(setting, `must be names of 1 to ${TAG_NAME_MOST} characters.`);
    }
  }
  return [...new Set(names)];
}

/** Left out, all are kept. */
function retentionMonths(env: Environment): number | null {
  const setting = "PURSER_RETENTION_MONTHS";
  if (text(env, setting) === undefined) return null;
  return wholeNumber(env, setting, { least: 1, otherwise: 1, most: RETENTION_MONTHS_MOST });
}
