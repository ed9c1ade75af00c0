/** Settings: each mistake is named with its mend, before anything starts. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { describeDatabase } from "../../src/server/describe-database.ts";
import { ConfigError } from "../../src/server/read-setting.ts";

const read = (env: Record<string, string>) => readConfig(env);

test("without any setting, Purser listens on loopback and keeps its data in ./data", () => {
  const config = read({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 8787,
    dataDir: resolve("data"),
    adminKey: null,
    secret: null,
    corsOrigins: [],
    testClock: false,
  });
  expect(config.upstreams["openai"]).toEqual({
    baseUrl: "https://api.openai.com",
    credential: null,
    deadlines: { jsonMs: 900_000, silenceMs: 300_000, callMs: 3_600_000 },
  });
});

test("an upstream is named with its path, and a deadline can be set for all or for one provider", () => {
  const config = read({
    PURSER_UPSTREAM_OPENAI: "http://127.0.0.1:9000/x/",
    OPENAI_API_KEY: "sk-test",
    PURSER_DEADLINE_JSON: "2",
    PURSER_DEADLINE_JSON_OPENAI: "0.5",
  });
  expect(config.upstreams["openai"]).toMatchObject({
    baseUrl: "http://127.0.0.1:9000/x",
    credential: "sk-test",
    deadlines: { jsonMs: 500 },
  });
  expect(config.upstreams).toMatchObject({ mistral: { deadlines: { jsonMs: 2_000 } } });
});

test.each([
  [{ PURSER_PORT: "eighty" }, "PURSER_PORT"],
  [{ PURSER_PORT: "70000" }, "PURSER_PORT"],
  [{ PURSER_ADMIN_KEY: "short" }, "PURSER_ADMIN_KEY"],
  [{ PURSER_SECRET: "short" }, "PURSER_SECRET"],
  [{ PURSER_PLANS: "/nowhere/plans.yaml" }, "PURSER_PLANS"],
  [{ PURSER_UPSTREAM_GEMINI: "not an address" }, "PURSER_UPSTREAM_GEMINI"],
  [{ PURSER_DEADLINE_CALL: "-1" }, "PURSER_DEADLINE_CALL"],
  [{ PURSER_CORS_ORIGINS: "*" }, "PURSER_CORS_ORIGINS"],
  [{ PURSER_TAGS: "a,b,c,d,e,f" }, "PURSER_TAGS"],
  [{ PURSER_TAGS: `team,${"n".repeat(65)}` }, "PURSER_TAGS"],
  [{ PURSER_TEST_CLOCK: "perhaps" }, "PURSER_TEST_CLOCK"],
  [{ PURSER_OPENED_PATHS: "nobody POST /v1/x" }, "PURSER_OPENED_PATHS"],
  [{ PURSER_OPENED_PATHS: "openai PATCH /v1/x" }, "PURSER_OPENED_PATHS"],
  [{ PURSER_PROVIDERS: "/nowhere/providers.yaml" }, "PURSER_PROVIDERS"],
  [{ PURSER_SMTP_URL: "http://mail.example.com" }, "PURSER_SMTP_URL"],
  [{ PURSER_SMTP_URL: "smtp://mail.example.com" }, "PURSER_MAIL_FROM"],
  [{ PURSER_SMTP_URL: "smtp://m", PURSER_MAIL_FROM: "nobody" }, "PURSER_MAIL_FROM"],
  [{ PURSER_PUBLIC_URL: "app.example.com" }, "PURSER_PUBLIC_URL"],
  [{ PURSER_PRIVATE_RECEIVERS: "http://hooks.internal" }, "PURSER_PRIVATE_RECEIVERS"],
  [{ PURSER_DATABASE_URL: "mysql://x" }, "PURSER_DATABASE_URL"],
  [{ PURSER_DATABASE_URL: "postgres://" }, "PURSER_DATABASE_URL"],
  [{ PURSER_DATABASE_URL: "postgres://db.example.com" }, "PURSER_DATABASE_URL"],
  [{ PURSER_DATABASE_URL: "postgres://one,two/purser" }, "PURSER_DATABASE_URL"],
])("%j is refused by its name", (env, setting) => {
  expect(() => read(env)).toThrow(ConfigError);
  expect(() => read(env)).toThrow(setting);
});

test("tags are declared by their names, each once", () => {
  expect(read({ PURSER_TAGS: " team ,feature,,team" }).tags).toEqual(["team", "feature"]);
  expect(read({}).tags).toEqual([]);
});

test("a setting that is empty counts as absent", () => {
  expect(read({ PURSER_PORT: "", PURSER_ADMIN_KEY: " " })).toMatchObject({
    port: 8787,
    adminKey: null,
  });
});

test.each([
  "postgres://purser:s3c/ret@db/purser",
  "http://purser:s3c/ret@db/purser",
  "postgres://purser:s3c%2Fret@db:99999/purser",
  "postgres://purser:s3c%2Fret@db",
])("%s is refused, and its password is not said", (url) => {
  expect(() => read({ PURSER_DATABASE_URL: url })).toThrow(/^PURSER_DATABASE_URL (?!.*s3c)/);
});

test("a database is named by where it is, never by its password", () => {
  const { databaseUrl } = read({
    PURSER_DATABASE_URL: "postgresql://purser:p%40ss@db.example.com/our%20purser?sslmode=require",
  });
  expect(describeDatabase({ databaseUrl, dataDir: "/x" })).toBe(
    "PostgreSQL at db.example.com:5432, database our purser",
  );
  expect(describeDatabase({ databaseUrl: null, dataDir: "/x" })).toBe("SQLite in /x");
});
