/** Makes the dialect of a provider that an operator added, out of one that we know. */
import { invalidField } from "../../core/errors.ts";
import type { Dialect, Route } from "../dialect.ts";
import { ALL_ADDRESSES } from "../openai/works.ts";
import { compatibleDialect } from "./compatible.ts";
import type { CompatibleSetting } from "./read-setting.ts";

/**
 * `known`: the dialects that a setting can name, and those whose names are taken. `openai` is taken as the form that
 * others took over: any models, and `max_tokens`.
 * Throws `invalid_request` where the setting names no dialect, or a name that is taken.
 */
export function addedDialect(setting: CompatibleSetting, known: readonly Dialect[]): Dialect {
  const { name, dialect } = setting;
  if (known.some(({ provider }) => provider === name)) {
    throw invalidField(`provider ${name}.name`, "is the name of one that comes with Purser.");
  }
  const model = dialect === "openai" ? OPENAI_LIKE : known.find((one) => one.provider === dialect);
  if (model === undefined) {
    const names = known.map(({ provider }) => provider).join(", ");
    throw invalidField(`provider ${name}.dialect`, `must be one of ${names}.`);
  }
  // A model's own prices hold only where the model has them from another, as Azure has OpenAI's.
  const pricedAs = setting.pricedAs ?? model.pricedAs;
  const { pricedAs: _, ...rest } = model;
  return {
    ...rest,
    provider: name,
    title: setting.title,
    baseUrl: setting.baseUrl,
    ...(pricedAs === undefined ? {} : { pricedAs }),
    ...credentialOf(setting, model),
  };
}

const OPENAI_LIKE = compatibleDialect({
  provider: "openai",
  title: "OpenAI-compatible",
  baseUrl: "",
  credentialSetting: "",
  addresses: ALL_ADDRESSES,
});

function credentialOf(
  setting: CompatibleSetting,
  model: Dialect,
): Pick<Dialect, "credentialSetting" | "credentialHeaders" | "credentialOptional"> {
  const { credentialSetting, credentialHeader } = setting;
  const headers = (secret: string, route?: Route) => {
    if (secret === "") return {};
    if (credentialHeader === null) return model.credentialHeaders(secret, route);
    return {
      [credentialHeader]: credentialHeader === "authorization" ? `Bearer ${secret}` : secret,
    };
  };
  return {
    credentialSetting:
      credentialSetting ?? `${setting.name.toUpperCase().replaceAll("-", "_")}_API_KEY`,
    ...(credentialSetting === null ? { credentialOptional: true } : {}),
    credentialHeaders: headers,
  };
}
