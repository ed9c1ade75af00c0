/** Which cheaper models do the same work: a curated list, read from a file. */
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { parse } from "../parse.ts";
import { normalizeProvider } from "../providers.ts";

export interface NamedModel {
  readonly provider: string;
  readonly model: string;
}

/** Names are those of the price book, which stand for a model's dated and other names. */
export interface ModelAlternatives extends Pick<NamedModel, "provider"> {
  readonly models: readonly string[];
  readonly cheaper: readonly NamedModel[];
  /** Who says that they are for the same work. */
  readonly source: string;
}

const name = z.string().regex(/^\S{1,200}$/, "must be a name without spaces.");
const file = z.strictObject(
  {
    alternatives: z.array(
      z.strictObject({
        provider: name,
        models: z.array(name).min(1, "is empty; name a model."),
        cheaper: z
          .array(z.union([name, z.strictObject({ provider: name, model: name })]))
          .min(1, "is empty; name a model."),
        source: z.string().min(1, "must say who says so."),
      }),
      { error: "must be a list." },
    ),
  },
  { error: "must hold `alternatives:`, a list." },
);

const FILE = "model alternatives";

/** Refuses (`invalid_request`) a mistake by place and mend; a model has one entry. */
export function readModelAlternatives(yamlText: string): ModelAlternatives[] {
  const { alternatives } = parse(file, readYaml(yamlText), FILE);
  const seen = new Set<string>();
  return alternatives.map(({ provider: written, models, cheaper, source }, index) => {
    const provider = normalizeProvider(written);
    for (const model of models) {
      const key = `${provider} ${model.toLowerCase()}`;
      if (seen.has(key)) {
        throw invalidField(`${FILE}.alternatives[${index}].models`, `${model} stands there twice.`);
      }
      seen.add(key);
    }
    const named = cheaper.map((other) =>
      typeof other === "string"
        ? { provider, model: other }
        : { provider: normalizeProvider(other.provider), model: other.model },
    );
    return { provider, models, cheaper: named, source };
  });
}

/** `model` as the price book names it. */
export function cheaperThan(
  list: readonly ModelAlternatives[],
  { provider, model }: NamedModel,
): readonly NamedModel[] {
  const wanted = model.toLowerCase();
  const entry = list.find(
    (each) =>
      each.provider === provider && each.models.some((known) => known.toLowerCase() === wanted),
  );
  return entry?.cheaper ?? [];
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw invalidField(FILE, `is not YAML: ${cause.message}`);
  }
}
