/** Makes the dialect of a provider that an operator added, out of one that we know. */
import { invalidField } from "../../core/errors.ts";
import type { Dialect, Route } from "../dialect.ts";
import { ALL_ADDRESSES } from "../openai/works.ts";
import { compatibleDialect } from "./compatible.ts";
import type { CompatibleSetting } from "./read-setting.ts";

/**
 * `forms`: the dialects that a setting can name. `openai` is taken as the form that others took over: any models, and
 * `max_tokens`. `taken`: the providers there are already.
 * Throws `invalid_request` where the setting names no dialect, or a name that is taken.
 */
export function addedDialect(
  setting: CompatibleSetting,
  others: { readonly forms: readonly Dialect[]; readonly taken: readonly Dialect[] },
): Dialect {
  const { name, dialect } = setting;
  if (others.taken.some(({ provider }) => provider === name)) {
    throw invalidField(`provider ${name}.name`, "is taken already; choose another.");
  }
  const form = others.forms.find((one) => one.provider === dialect);
  const model = dialect === "openai" ? OPENAI_LIKE : form;
  if (model === undefined) {
    const names = others.forms.map(({ provider }) => provider).join(", ");
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
