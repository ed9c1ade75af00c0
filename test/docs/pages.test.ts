/** Shows that the documentation keeps step with the code: error pages, settings, routes, dependencies and links. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../src/core/error-status.ts";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import { DIALECTS } from "../../src/providers/all.ts";

const page = (path: string) => readFileSync(path, "utf8");
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

test("each error code has a page with its status, its reasons and a mend, and the index lists it", () => {
  for (const code of ERROR_CODES) {
    const text = page(`docs/errors/${code}.md`);
    expect(text).toContain(`# ${code}\n\nHTTP ${statusOf(code)}. `);
    expect(text).toContain("\n## Why\n");
    expect(text).toContain("\n## What to do\n");
    expect(page("docs/errors/README.md")).toContain(
      `| [\`${code}\`](${code}.md) | ${statusOf(code)} |`,
    );
  }
  const written = readdirSync("docs/errors").filter((name) => name !== "README.md");
  expect(new Set(written)).toEqual(new Set(ERROR_CODES.map((code) => `${code}.md`)));
});

test("every link in the documentation leads somewhere, down to the heading", () => {
  expect(pages.length).toBeGreaterThan(30);
  const broken = pages.flatMap((path) =>
    [...page(path).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, file = "", heading]) => !leadsSomewhere(path, file, heading))
      .map(([link]) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("every setting that the code reads is documented", () => {
  const code = page("src/server/config.ts");
  const settings = [...code.matchAll(/"(PURSER_[A-Z_]+)"/g)].map(([, name = ""]) => name);
  expect(settings.length).toBeGreaterThan(8);
  const documented = page("docs/settings.md");
  const wanted = [...settings, ...DIALECTS.map(({ credentialSetting }) => credentialSetting)];
  expect(wanted.filter((name) => !documented.includes(name))).toEqual([]);
});

test("the page of routes is the gateway's own table (`npx vitest run test/docs -u` writes it)", async () => {
  await expect(routesPage()).toMatchFileSnapshot("../../docs/routes.md");
});

test("every dependency has its line, and no line is left over", () => {
  const { dependencies, devDependencies } = JSON.parse(page("package.json"));
  const rows = [...page("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(rows)).toEqual(new Set(Object.keys({ ...dependencies, ...devDependencies })));
});

test("every npm script that the documentation names is there", () => {
  const { scripts } = JSON.parse(page("package.json"));
  const named = pages.flatMap((path) =>
    [...page(path).matchAll(/npm run (?:-s )?([a-z][\w:]*)/g)].map(([, name = ""]) => name),
  );
  expect(new Set(named)).toContain("demo");
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test("the plan in the documentation is a plan", () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page("docs/limits.md"))?.[1] ?? "";
  const free =
    '  - { id: free, name: Free, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }\n';
  const [pro] = readPlanFile(yaml + free);
  expect(pro?.limits).toHaveLength(4);
});

function routesPage(): string {
  const head =
    "# What can be reached\n\nThe provider's own path comes after the provider's name. Anything else is 404 [`operation_not_offered`](errors/operation_not_offered.md).\n*Free* calls are forwarded and not metered. This page is written by a test, from the code.\n";
  const sections = DIALECTS.map(({ title, provider, routes }) => {
    const rows = routes.map(
      ({ method, endpoint, operation, kind }) =>
        `| ${method} | \`/${provider}${endpoint}\` | ${operation} | ${kind} |\n`,
    );
    return `\n## ${title}\n\n| | address | operation | |\n| --- | --- | --- | --- |\n${rows.join("")}`;
  });
  return head + sections.join("");
}

function leadsSomewhere(from: string, file: string, heading: string | undefined): boolean {
  const target = file === "" ? from : normalize(join(dirname(from), file));
  if (!existsSync(target)) return false;
  if (heading === undefined) return true;
  const headings = [...page(target).matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
  return headings.includes(heading);
}
