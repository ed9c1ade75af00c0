/** Reads the test runner's report: names what was skipped, and ends with the counts on one line. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const [reportPath = "", testsExit = "", checksExit = ""] = process.argv.slice(2);
const found = readReport(reportPath);
const skipped = (found?.testResults ?? []).flatMap((file) =>
  file.assertionResults
    .filter(({ status }) => ["pending", "skipped", "todo", "disabled"].includes(status))
    .map(({ fullName }) => `skipped: ${fullName}`),
);
const passed = found?.numPassedTests ?? 0;
const failed = found?.numFailedTests ?? 0;
const skippedCount = found === null ? 0 : found.numPendingTests + found.numTodoTests;

const problems = [
  ...(found === null ? ["The test runner left no report."] : []),
  ...(found !== null && passed + failed === 0 ? ["No test ran."] : []),
  ...(testsExit === "0" ? [] : [`npm test ended with ${testsExit}.`]),
  ...(checksExit === "0" ? [] : [`npm run check ended with ${checksExit}.`]),
  ...(found?.success === false ? ["Not every test file passed."] : []),
];
for (const line of [...skipped, ...problems]) process.stdout.write(`${line}\n`);
process.stdout.write(`${passed} passed, ${failed} failed, ${skippedCount} skipped\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function readReport(path: string): z.infer<typeof report> | null {
  try {
    return report.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
