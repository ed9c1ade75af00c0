/** By what a customer is refused: counts by day, and the latest in full. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { WINDOWS } from "../../../../src/core/limits/limit.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { METERS } from "../../../../src/core/usage.ts";
import { Amount } from "../../parts/amount.tsx";
import { utcDate } from "../../parts/format.ts";
import { limitAmount, limitName, type Meter, windowWords } from "../../parts/limit-words.ts";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { type Denials, denialsQuery } from "./story-queries.ts";

export function RefusalsPart({ id }: { readonly id: string }) {
  const query = useQuery(denialsQuery(id));
  return (
    <Await query={query} height={240}>
      {({ counts, denials }) =>
        counts.length === 0 && denials.length === 0 ? (
          <Empty title="No refusals">No call of this customer was refused.</Empty>
        ) : (
          <Stack gap="md">
            <RowsTable
              label="Refusals by day"
              columns={[
                { name: "Day, UTC" },
                { name: "By" },
                { name: "Limit" },
                { name: "Refusals", isFigures: true },
              ]}
              minWidth={440}
              rows={counts.map(({ day, code, limit, count }) => ({
                key: `${day} ${code} ${limit}`,
                cells: [
                  utcDate(day),
                  codeWords(code),
                  scopeWords(limit),
                  <Amount key="count" of={count} />,
                ],
              }))}
            />
            {denials.length === 0 ? null : (
              <>
                <Text size="sm" fw={600}>
                  The latest
                </Text>
                <RowsTable
                  label="The latest refusals"
                  columns={[
                    { name: "When" },
                    { name: "Call" },
                    { name: "By" },
                    { name: "Limit" },
                    { name: "Used", isFigures: true },
                    { name: "Asked for", isFigures: true },
                  ]}
                  minWidth={760}
                  rows={denials.map((denial) => ({ key: denial.id, cells: denialCells(denial) }))}
                />
              </>
            )}
          </Stack>
        )
      }
    </Await>
  );
}

type Denial = Denials["denials"][number];

function denialCells(denial: Denial) {
  const { limit, used, held, cap, requested } = denial;
  const shown = (amount: number | null): string =>
    amount === null || limit === null ? "–" : limitAmount(limit.meter, amount);
  const heldWords = held === null || held === 0 ? "" : `, ${shown(held)} held`;
  return [
    <ExactTime key="when" at={denial.timestamp} />,
    `${providerTitle(denial.provider)} ${denial.model}`.trim(),
    codeWords(denial.code),
    limit === null ? "–" : scopeName(limit),
    cap === null ? "–" : `${shown(used)} of ${shown(cap)}${heldWords}`,
    shown(requested),
  ];
}

const CODES: Readonly<Record<string, string>> = {
  limit_reached: "limit reached",
  limit_held: "held by running calls",
  not_included: "not in the plan",
  subscription_expired: "subscription expired",
  price_unknown: "price unknown",
};

function codeWords(code: string): string {
  return CODES[code] ?? code.replaceAll("_", " ");
}

/** Of `calls openai * * period`; anything else is shown as it is. */
function scopeWords(key: string): string {
  const [meter, provider, model, operation, per, ...rest] = key.split(" ");
  const known = METERS.find((each) => each === meter);
  const window = WINDOWS.find((each) => each === per);
  if (known === undefined || window === undefined || rest.length > 0) return key || "–";
  return scopeName({
    meter: known,
    per: window,
    ...named("provider", provider),
    ...named("model", model),
    ...named("operation", operation),
  });
}

function named<Field extends string>(field: Field, name = "*") {
  const one: Partial<Record<Field, string>> = {};
  if (name !== "*") one[field] = name;
  return one;
}

/** `Gemini calls`, `Calls an hour`. */
function scopeName(limit: {
  readonly meter: Meter;
  readonly per: (typeof WINDOWS)[number];
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly operation?: string | undefined;
}): string {
  const { per, ...scope } = limit;
  return per === "period" ? limitName(scope) : `${limitName(scope)} ${windowWords(per)}`;
}
