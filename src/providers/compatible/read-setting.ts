/** Reads the file of providers that an operator adds: any that speaks a dialect we know. */
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { invalidField } from "../../core/errors.ts";
import { parse } from "../../core/parse.ts";
import { providerTitle } from "../../core/provider-titles.ts";

const CREDENTIAL_HEADERS = ["authorization", "api-key", "x-api-key", "x-goog-api-key"] as const;

const entry = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and dashes."),
  title: z.string().min(1, "is empty; leave it out.").max(80).optional(),
  base_url: z.url({ protocol: /^https?$/, error: "must be an address such as https://host." }),
  dialect: z.string().default("openai"),
  credential: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, "must name an environment variable, such as MY_API_KEY.")
    .optional(),
  credential_header: z
    .enum(CREDENTIAL_HEADERS, { error: `must be one of ${CREDENTIAL_HEADERS.join(", ")}.` })
    .optional(),
  prices_of: z.string().min(1).optional(),
  free: z.boolean({ error: "must be true or false." }).default(false),
});

const file = z.strictObject(
  { providers: z.array(z.unknown(), { error: "must be a list of providers." }) },
  { error: "must hold `providers:`, a list of providers." },
);

/** One provider of the file. */
export interface CompatibleSetting {
  /** Also the first part of its gateway path. */
  readonly name: string;
  readonly title: string;
  /** No trailing slash. */
  readonly baseUrl: string;
  /** Whose dialect it speaks: `openai`, `anthropic`, `azure`, `vertex`, or any other provider's name. */
  readonly dialect: string;
  /** The environment variable of its credential; null: it takes none. */
  readonly credentialSetting: string | null;
  /** Where the credential goes, if not where the dialect puts it. */
  readonly credentialHeader: (typeof CREDENTIAL_HEADERS)[number] | null;
  /** Whose prices hold; null: its own, which the operator adds. */
  readonly pricedAs: string | null;
  /** The operator says that its models cost nothing (they run them themselves). */
  readonly free: boolean;
}

/**
 * `text` is YAML, and so may be JSON. Refuses (`invalid_request`) a mistake by provider, field and mend. Which dialects
 * and names there are is `all.ts`'s to know.
 */
export function readProviderFile(text: string): CompatibleSetting[] {
  const { providers } = parse(file, yamlIn(text), "providers file");
  return providers.map((provider, index) => settingOf(provider, `providers[${index}]`));
}

function settingOf(json: unknown, at: string): CompatibleSetting {
  const read = parse(entry, json, at);
  return {
    name: read.name,
    title: read.title ?? providerTitle(read.name),
    baseUrl: read.base_url.replace(/\/+$/, ""),
    dialect: read.dialect,
    credentialSetting: read.credential ?? null,
    credentialHeader: read.credential_header ?? null,
    pricedAs: read.prices_of ?? null,
    free: read.free,
  };
}

function yamlIn(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw invalidField("providers file", `is not YAML: ${cause.message}`);
  }
}
