/** The manners of the code as pure checks: each takes files and gives back what is wrong with them. */
import { dirname, join, normalize } from "node:path";
import type { SourceFile } from "./source-files.ts";

/** Who may import whom. A folder may always import itself; a folder without a row is an error. "api/contract": that part only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  prices: ["core", "store"],
  providers: ["core"],
  store: ["core"],
  ledger: ["core", "store"],
  nodes: ["core", "store"],
  call: ["core", "prices", "providers", "ledger"],
  moving: ["core", "store"],
  rerating: ["core", "store", "ledger", "prices"],
  retention: ["core", "store", "ledger"],
  gateway: ["core", "call", "providers"],
  objects: ["core", "store", "providers", "call"],
  insights: ["core", "store", "ledger"],
  privacy: ["core", "store", "ledger"],
  access: ["core", "store", "ledger", "privacy", "call"],
  billing: ["core", "store", "access"],
  alerts: ["core", "store", "ledger", "access", "insights"],
  api: [
    "core",
    "billing",
    "call",
    "prices",
    "rerating",
    "retention",
    "providers",
    "store",
    "ledger",
    "insights",
    "alerts",
    "access",
    "privacy",
  ],
  jobs: ["core", "store", "alerts", "billing", "ledger", "retention"],
  client: ["core", "api/contract"],
  server: [
    "core",
    "prices",
    "providers",
    "store",
    "ledger",
    "nodes",
    "moving",
    "call",
    "gateway",
    "objects",
    "insights",
    "alerts",
    "access",
    "billing",
    "privacy",
    "retention",
    "api",
    "jobs",
  ],
  conformance: ["core", "prices", "providers", "call", "server"],
  demo: ["core", "providers", "call", "ledger", "api/contract", "client", "server"],
  cli: [
    "core",
    "providers",
    "store",
    "moving",
    "privacy",
    "api/contract",
    "client",
    "server",
    "demo",
  ],
  "index.ts": ["core", "call", "server"],
};

const LINES_PER_FILE_MAX = 300;
const EMPTY_WORDS = new Set(
  "util utils helper helpers common misc manager data info base v2 new old legacy".split(" "),
);
const IMPORT =
  /\bfrom\s+["'](\.[^"']+)["']|\bimport\s*\(?\s*["'](\.[^"']+)["']|new URL\(\s*["'](\.[^"']+\.ts)["']/g;
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ["the clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bTemporal\.Now\b|\bperformance\.now\b/],
  ["chance", /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/],
  ["the process", /\bprocess\./],
  ["Node", /["']node:/],
  ["timers", /\bset(?:Timeout|Interval|Immediate)\b/],
  ["the network", /\bfetch\(|["']undici["']/],
];
const MACHINE = [
  /(?:^|[\s"'`(=:])\/(?:work|root|home\/[a-z]\w*|Users\/\w+)\//,
  /https?:\/\/[\w.-]*registry[\w.-]*[:/]/,
  /"resolved": "[h]ttps?:/,
];

export function wrongImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const from = layerOf(file.path);
    const allowed = MAY_IMPORT[from];
    if (allowed === undefined) return [`${file.path}: src/${from} has no row in the table`];
    return importsOf(file)
      .filter((target) => ![from, ...allowed].some((folder) => isIn(target, folder)))
      .map((target) => `${file.path} -> ${target}`);
  });
}

export function withoutOpeningSentence(files: readonly SourceFile[]): string[] {
  return pathsOf(files.filter(({ text }) => openingSentence(text) === null));
}

/** The sentence that a file opens with; null where it has none. */
export function openingSentence(text: string): string | null {
  return /^(?:#!.*\n)?\/\*\* ([A-Z`][^\n]*\.) \*\/\n/.exec(text)?.[1] ?? null;
}

export function tooLong(files: readonly SourceFile[]): string[] {
  return pathsOf(files.filter(({ text }) => text.split("\n").length - 1 > LINES_PER_FILE_MAX));
}

export function emptyNames(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const inPath = file.path.split(/[/.-]/).filter((word) => EMPTY_WORDS.has(word));
    const types = [...file.text.matchAll(/^(?:export )?(?:interface|type|class) (\w+)/gm)];
    const inTypes = types.map(([, name = ""]) => name).filter(endsEmpty);
    return [...inPath, ...inTypes].map((name) => `${file.path}: ${name}`);
  });
}

/** In front a word can still say something (`NewKey`, `DataFolderLock`); at the end it only pads (`PlanInfo`). */
function endsEmpty(typeName: string): boolean {
  const words = typeName.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  return EMPTY_WORDS.has(words.at(-1) ?? "") || words[0] === "base";
}

/** What must not be in `src/core`: anything that answers differently the second time. */
export function impurities(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => layerOf(path) === "core")
    .flatMap((file) => {
      const code = withoutComments(file.text);
      return IMPURE.filter(([, sign]) => sign.test(code)).map(([what]) => `${file.path}: ${what}`);
    });
}

/** `run-call.ts` imports and takes the steps 1 to 8 in number order, so that it reads like the table in the docs. */
export function wrongStepOrder(runCall: SourceFile, stepCount: number): string[] {
  const imports = [...runCall.text.matchAll(/import \{[^}]+\} from "\.\/(\d)-(\w+)[\w-]*\.ts"/g)];
  const wanted = Array.from({ length: stepCount }, (_, at) => at + 1).join(" ");
  const imported = imports.map(([, step]) => step).join(" ");
  const problems = imported === wanted ? [] : [`imports steps ${imported}, not ${wanted}`];
  const body = runCall.text.slice(runCall.text.indexOf("export async function"));
  const taken = imports
    .map(([, step, verb]) => ({ step, at: body.search(new RegExp(`\\b${verb}\\(`)) }))
    .sort((one, other) => one.at - other.at);
  for (const { step, at } of taken) if (at < 0) problems.push(`never takes step ${step}`);
  const order = taken.map(({ step }) => step).join(" ");
  return order === wanted ? problems : [...problems, `takes steps ${order}, not ${wanted}`];
}

/** Paths of one machine, and hosts of one registry: true on one computer only. */
export function machineTraces(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.text
      .split("\n")
      .map((line, at) => ({ line, at: at + 1 }))
      .filter(({ line }) => MACHINE.some((sign) => sign.test(line)))
      .map(({ line, at }) => `${file.path}:${at}: ${line.trim().slice(0, 100)}`),
  );
}

function isIn(path: string, folder: string): boolean {
  return path === `src/${folder}` || path.startsWith(`src/${folder}/`);
}

function layerOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function importsOf(file: SourceFile): string[] {
  const folder = dirname(file.path);
  return [...file.text.matchAll(IMPORT)]
    .map(([, named, bare, worker]) => normalize(join(folder, named ?? bare ?? worker ?? "")))
    .filter((target) => target.startsWith("src/"));
}

function pathsOf(files: readonly SourceFile[]): string[] {
  return files.map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}
