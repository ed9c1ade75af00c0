/** Reads one setting of the environment as text, number, flag, list or address, with words for each mistake. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used: which, why, and the mend. */
export class ConfigError extends Error {
  readonly setting: string;

  constructor(setting: string, reason: string, options?: ErrorOptions) {
    super(`${setting} ${reason}`, options);
    this.name = "ConfigError";
    this.setting = setting;
  }
}

export function existingFile(env: Environment, setting: string): string | null {
  const named = text(env, setting);
  if (named === undefined) return null;
  const path = resolve(named);
  if (!existsSync(path)) throw new ConfigError(setting, `names ${path}, which does not exist.`);
  return path;
}

export function text(env: Environment, setting: string): string | undefined {
  const value = env[setting]?.trim();
  return value === "" ? undefined : value;
}

export function longText(env: Environment, setting: string, least: number): string | null {
  const value = text(env, setting);
  if (value === undefined) return null;
  if (value.length < least) {
    throw new ConfigError(
      setting,
      `is too short: use ${least} characters or more (openssl rand -base64 48 makes some).`,
    );
  }
  return value;
}

export function wholeNumber(
  env: Environment,
  setting: string,
  { least = 0, otherwise, most }: { least?: number; otherwise: number; most: number },
): number {
  const value = text(env, setting);
  if (value === undefined) return otherwise;
  const parsed = z.coerce.number().int().min(least).max(most).safeParse(value);
  if (!parsed.success)
    throw new ConfigError(
      setting,
      `must be a whole number from ${least} to ${most}, not "${value}".`,
    );
  return parsed.data;
}

/** Seconds in the setting (fractions allowed), milliseconds in the code. */
export function seconds(env: Environment, setting: string, otherwise: number): number {
  const value = text(env, setting);
  const parsed = z.coerce
    .number()
    .positive()
    .max(86_400)
    .safeParse(value ?? otherwise);
  if (!parsed.success)
    throw new ConfigError(setting, `must be a number of seconds above 0, not "${value}".`);
  return Math.ceil(parsed.data * 1_000);
}

export function flag(env: Environment, setting: string): boolean {
  const value = text(env, setting)?.toLowerCase();
  if (value === undefined || value === "0" || value === "false") return false;
  if (value === "1" || value === "true") return true;
  throw new ConfigError(setting, `must be 1 or 0, not "${value}".`);
}

/** Separated by commas. */
export function listed(env: Environment, setting: string): string[] {
  const entries = (text(env, setting) ?? "").split(",").map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "");
}

export function checkUrl(value: string, setting: string, protocols: readonly string[]): void {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !protocols.includes(url.protocol)) {
    throw new ConfigError(
      setting,
      `must be an address such as https://api.example.com, not "${value}".`,
    );
  }
}
