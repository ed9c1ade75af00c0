/** What changes in the price book, as a person reads it. */
import type { z } from "zod";
import type { priceChanges } from "../api/contract/prices.ts";
import type { Say } from "./command.ts";

type Changes = z.output<typeof priceChanges>["changes"];

export function describeChanges(head: string, changes: Changes, { paint }: Say): string {
  const lines = changes.map(({ provider, model, kind, words }) => {
    const name = paint.bold(`${provider} ${model}`);
    return `  ${name}${kind === "added" ? " (new)" : ""} ${words}`;
  });
  return [head, ...lines].join("\n");
}
