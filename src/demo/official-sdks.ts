/** The four providers' official SDKs, pointed at Purser: a base address and a key, and nothing else. */
import { AppError } from "../core/errors.ts";

export interface SdkClients {
  readonly openai: InstanceType<Modules["openai"]["OpenAI"]>;
  readonly anthropic: InstanceType<Modules["anthropic"]["Anthropic"]>;
  readonly gemini: InstanceType<Modules["gemini"]["GoogleGenAI"]>;
  readonly mistral: InstanceType<Modules["mistral"]["Mistral"]>;
}

interface Modules {
  readonly openai: typeof import("openai");
  readonly anthropic: typeof import("@anthropic-ai/sdk");
  readonly gemini: typeof import("@google/genai");
  readonly mistral: typeof import("@mistralai/mistralai");
}

/** Loads the SDKs, which only the demo and the tests use. Throws AppError `not_found` where they are not installed. */
export async function loadSdks(): Promise<(at: { url: string; key: string }) => SdkClients> {
  const modules = await importAll();
  return ({ url, key }) => ({
    openai: new modules.openai.OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key }),
    anthropic: new modules.anthropic.Anthropic({ baseURL: `${url}/anthropic`, apiKey: key }),
    gemini: new modules.gemini.GoogleGenAI({
      apiKey: key,
      httpOptions: { baseUrl: `${url}/gemini` },
    }),
    mistral: new modules.mistral.Mistral({ serverURL: `${url}/mistral`, apiKey: key }),
  });
}

async function importAll(): Promise<Modules> {
  try {
    return {
      openai: await import("openai"),
      anthropic: await import("@anthropic-ai/sdk"),
      gemini: await import("@google/genai"),
      mistral: await import("@mistralai/mistralai"),
    };
  } catch (cause) {
    const message =
      "The demo uses the providers' official SDKs, which are not installed. Run `npm ci` in a clone of the repository.";
    throw new AppError("not_found", message, {}, { cause });
  }
}
