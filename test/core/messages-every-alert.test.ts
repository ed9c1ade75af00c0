/** Every kind of alert has words that are complete and readable, for every reader; and its class in the API. */
import { describe, expect, test } from "vitest";
import type { Told } from "../../src/core/alerts/alert-facts.ts";
import { ALERT_KINDS, EVENT_TYPES } from "../../src/core/alerts/event-types.ts";
import { alertFigures } from "../../src/core/messages/alert-figures.ts";
import { type AlertReading, alertClass, alertWords } from "../../src/core/messages/alert-words.ts";
import { eventWords } from "../../src/core/messages/event-words.ts";
import { casesOf, ofCalls, ofCost, READINGS } from "./alert-cases.ts";
import { wrongsOf, wrongsOfSentences } from "./message-checks.ts";

describe("every kind of alert", () => {
  test.each(ALERT_KINDS)("%s has words that are whole sentences, for every reader", (kind) => {
    const cases = casesOf(kind);
    expect(cases.length).toBeGreaterThan(0);
    const wrongs = cases.flatMap((told) => READINGS.flatMap((reading) => wrongsIn(told, reading)));
    expect(wrongs).toEqual([]);
  });

  test.each(ALERT_KINDS)("%s has figures in readable form", (kind) => {
    const figures = casesOf(kind).flatMap((told) => alertFigures(told, "UTC"));
    expect(figures.flatMap(({ label }) => wrongsOf(label))).toEqual([]);
    const values = figures.map(({ value }) => `Is ${value}`);
    expect(values.flatMap((value) => wrongsOf(value))).toEqual([]);
  });

  test.each(EVENT_TYPES)("%s is called something", (event) => {
    expect(wrongsOf(eventWords(event))).toEqual([]);
    expect(eventWords(event)).not.toBe("A message");
  });
});

function wrongsIn(told: Told, reading: AlertReading): string[] {
  const { title, message, next, action } = alertWords(told, reading);
  const isOfUse = told.kind === "threshold" || told.kind === "limit_reached";
  // What is over may have nothing that helps.
  const mayLackAction = reading.isOver === true && action === undefined;
  return [
    ...wrongsOf(title),
    ...(isOfUse ? wrongsOf(message) : wrongsOfSentences(message)),
    ...wrongsOfSentences(next),
    ...(mayLackAction ? [] : wrongsOfSentences(action)),
  ];
}

const threshold = (facts: typeof ofCalls): Told => ({ kind: "threshold", facts });

test("the API's type and severity follow the threshold, the meter and the kind", () => {
  const of = (told: Told) => Object.values(alertClass(told)).join(" ");
  expect(of(threshold(ofCalls))).toBe("usage_threshold info");
  expect(of(threshold({ ...ofCost, threshold: 89 }))).toBe("cost_threshold info");
  expect(of(threshold({ ...ofCost, threshold: 90 }))).toBe("cost_threshold warning");
  expect(of({ kind: "limit_reached", facts: { ...ofCost, threshold: 100 } })).toBe(
    "limit_reached error",
  );
  expect(casesOf("projected").map(of)).toContain("cost_threshold warning");
  expect(casesOf("sudden_rise").map(of)).toEqual([
    "usage_threshold warning",
    "usage_threshold warning",
    "cost_threshold warning",
  ]);
  expect(new Set(casesOf("provider_outage").map(of))).toEqual(new Set(["system error"]));
});
