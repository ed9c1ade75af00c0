/** What Purser reads in a body is what a provider reads in it, or the body is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBody } from "../../src/server/parse-body.ts";

const parse = (text: string) => parseBody(Buffer.from(text));

test("a key whose plain letters are escapes is refused, wherever it is", () => {
  for (const text of [
    '{"m\\u006fdel":"gpt-5-pro"}',
    '{"model":"gpt-4o-mini", "m\\u006Fdel" : "gpt-5-pro"}',
    '{"max\\u005ftokens":5}',
    '[{"a":[{"\\u0074ype":1}]}]',
    '{"a\\\\\\u0062":1}',
    '{"\\u0031":1}',
  ]) {
    expect(() => parse(text), text).toThrow("write them plainly");
  }
});

test("what V8 reads wrong after a key that looks like the escape never gets through", () => {
  for (let time = 0; time < 20; time += 1) parse('{"model":"cheap","m\\\\u00":1}');
  expect(() => parse('{"model":"cheap","m\\u006fdel":"dear"}')).toThrow("body");
});

test("other escapes in keys, any in values, and backslashes that only look like one are read", () => {
  for (const text of [
    '{"caf\\u00e9":1,"\\"":2,"a\\/b":3,"\\n":4,"\\u003cb\\u003e":5}',
    '{"content":"\\u0061 \\u005f"}',
    '{"a\\\\u0061":1}',
    '{"text":"\\\\","model":"m\\u006f"}',
    '["\\u0061"]',
  ]) {
    expect(parse(text), text).toEqual(JSON.parse(text));
  }
});

test("whatever JSON.stringify writes is read", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      // Escaped keys are what V8 is no judge of.
      if (!text.includes("\\")) expect(parse(text)).toEqual(JSON.parse(text));
      else expect(() => parse(text)).not.toThrow();
    }),
  );
});

test("what is not JSON in UTF-8 is refused", () => {
  expect(() => parse("{")).toThrow("must be JSON");
  expect(() => parseBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow("must be JSON");
});
