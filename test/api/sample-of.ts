/** Makes, from an endpoint's own schemas, a body that it takes and all the ways to spoil it. */
import { z } from "zod";
import type { Endpoint } from "../../src/api/contract/endpoint.ts";

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly minLength?: number;
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

/** A body with every field that the endpoint takes; its own example where it gives one. */
export function sampleBody(endpoint: Endpoint): unknown {
  return endpoint.examples.body ?? sampleOf(jsonSchemaOf(endpoint.body));
}

const FORMATS: Readonly<Record<string, string>> = {
  email: "ada@example.com",
  "date-time": "2026-01-01T00:00:00Z",
};

export function sampleOf(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0] ?? {});
  switch ([schema.type].flat()[0]) {
    case "object":
      return sampleObject(schema);
    case "array":
      return [sampleOf(schema.items ?? {})];
    case "boolean":
      return true;
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "string":
      return FORMATS[schema.format ?? ""] ?? "x".repeat(Math.max(1, schema.minLength ?? 1));
    default:
      return "anything";
  }
}

function sampleObject(schema: JsonSchema): Record<string, unknown> {
  const named = Object.entries(schema.properties ?? {}).map(
    ([name, of]) => [name, sampleOf(of)] as const,
  );
  const { additionalProperties: more, propertyNames } = schema;
  const others =
    named.length === 0 && typeof more === "object"
      ? [[String(sampleOf(propertyNames ?? { type: "string" })), sampleOf(more)] as const]
      : [];
  return Object.fromEntries([...named, ...others]);
}

export interface Spoilt {
  /** As a refusal names it, e.g. `operations[0].provider`. */
  readonly field: string;
  readonly what: string;
  readonly body: unknown;
}

const ODD: readonly (readonly [string, unknown])[] = [
  ["an object", { a: 1 }],
  ["a list", [[1]]],
  ["true", true],
  ["null", null],
  ["text", "no such thing \u0000"],
  ["a fraction", 12.5],
  ["a negative number", -1],
  ["2^60", 2 ** 60],
  ["1e300", 1e300],
];

/** The body with one value of it replaced by an odd one, or one unknown field more, anywhere in it. */
export function spoilt(body: unknown): Spoilt[] {
  return placesIn(body, []).flatMap(({ path, value }) => [
    ...ODD.map(([what, odd]) => ({
      field: nameOf(path),
      what,
      body: replaced(body, path, odd),
    })),
    ...(isObject(value)
      ? [
          {
            field: nameOf([...path, "no_such_field"]),
            what: "an unknown field",
            body: replaced(body, path, { ...value, no_such_field: 1 }),
          },
        ]
      : []),
  ]);
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path): { path: Path; value: unknown }[] {
  const inner = Array.isArray(value)
    ? value.flatMap((one, index) => placesIn(one, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([name, one]) => placesIn(one, [...path, name]))
      : [];
  return [{ path, value }, ...inner];
}

function replaced(body: unknown, [step, ...rest]: Path, odd: unknown): unknown {
  if (step === undefined) return odd;
  if (Array.isArray(body)) {
    return body.map((one, index) => (index === step ? replaced(one, rest, odd) : one));
  }
  if (!isObject(body)) return odd;
  return { ...body, [step]: replaced(body[step], rest, odd) };
}

function nameOf(path: Path): string {
  const name = path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    return before === "" ? step : `${before}.${step}`;
  }, "");
  return name === "" ? "body" : name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
