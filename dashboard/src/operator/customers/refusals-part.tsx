/** By what a customer is refused: counts by day, and the latest in full. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { Amount } from "../../parts/amount.tsx";
import { utcDate } from "../../parts/format.ts";
import { limitAmount, limitName, windowWords } from "../../parts/limit-words.ts";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { type Denials, denialsQuery } from "./story-queries.ts";
import { StoryTable } from "./story-table.tsx";

export function RefusalsPart({ id }: { readonly id: string }) {
  const query = useQuery(denialsQuery(id));
  return (
    <Await query={query} height={240}>
      {({ counts, denials }) =>
        counts.length === 0 && denials.length === 0 ? (
          <Empty title="No refusals">No call of this customer was refused.</Empty>
        ) : (
          <Stack gap="md">
            <StoryTable
              label="Refusals by day"
              columns={["Day, UTC", "By", "Limit", "Refusals"]}
              figures={["Refusals"]}
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
                <StoryTable
                  label="The latest refusals"
                  columns={["When", "Call", "By", "Limit", "Used", "Asked for"]}
                  figures={["Used", "Asked for"]}
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
    limit === null ? "–" : `${limitName(limit)} ${windowWords(limit.per)}`,
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
  if (per === undefined || rest.length > 0) return key === "" ? "–" : key;
  const named = [provider, model, operation].filter((name) => name !== "*" && name !== undefined);
  return `${[...named, meter?.replaceAll("_", " ")].join(" ")} a ${per}`;
}
