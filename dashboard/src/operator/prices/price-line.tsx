/** One price in the book, and the parts of it that its history shows too. */
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { utcDate } from "../../parts/format.ts";
import { providerColour } from "../../parts/provider-colours.ts";
import { addressOf, type PriceRow } from "./price-queries.ts";
import classes from "./prices.module.css";
import {
  bucketWords,
  ORIGIN_WORDS,
  originReason,
  type ShownRate,
  shownRates,
  unitOf,
} from "./rate-words.ts";

export function PriceLine({ price }: { readonly price: PriceRow }) {
  const rates = shownRates(price.rates);
  const others = rates.filter(({ bucket }) => bucket !== "input" && bucket !== "output");
  return (
    <Table.Tr>
      <Table.Th scope="row" miw={230} maw={300}>
        <ModelLink price={price} />
        <Group gap={6} wrap="nowrap">
          <span
            className={classes["chip"]}
            style={{ background: providerColour(price.provider) }}
            aria-hidden
          />
          <Text size="xs" c="dimmed">
            {providerTitle(price.provider)}
          </Text>
        </Group>
      </Table.Th>
      <RateCell rate={rates.find(({ bucket }) => bucket === "input")} />
      <RateCell rate={rates.find(({ bucket }) => bucket === "output")} />
      <Table.Td miw={190}>
        <OtherRates rates={others} />
      </Table.Td>
      <Table.Td className={classes["day"]}>
        <FromWords price={price} />
      </Table.Td>
      <Table.Td maw={220}>
        <SourceWords price={price} />
      </Table.Td>
    </Table.Tr>
  );
}

function ModelLink({ price }: { readonly price: PriceRow }) {
  const [address] = useAddress();
  return (
    <PageLink
      to="//prices"
      search={{ ...address, of: addressOf(price) }}
      size="sm"
      fw={600}
      style={{ overflowWrap: "anywhere" }}
    >
      {modelWords(price.model)}
    </PageLink>
  );
}

/** Names with a meaning are said. */
export function modelWords(model: string): string {
  if (model === "*") return "Any other model";
  return model === "fees" ? "Fees beside tokens" : model;
}

function RateCell({ rate }: { readonly rate: ShownRate | undefined }) {
  return (
    <Table.Td className="figures">
      {rate?.base}
      {rate?.tiers.map((tier) => (
        <Text key={tier} size="xs" c="dimmed">
          {tier}
        </Text>
      ))}
    </Table.Td>
  );
}

const OTHERS_SHOWN = 2;

function OtherRates({ rates }: { readonly rates: readonly ShownRate[] }) {
  const words = rates.map(rateLine);
  return (
    <ul className={classes["lines"]} title={words.join("\n")}>
      {words.slice(0, OTHERS_SHOWN).map((line) => (
        <li key={line}>{line}</li>
      ))}
      {words.length > OTHERS_SHOWN ? (
        <Text component="li" size="xs" c="dimmed">
          and {words.length - OTHERS_SHOWN} more
        </Text>
      ) : null}
    </ul>
  );
}

/** `Cached input $0.125`, `Web search $0.001 each`. */
export function rateLine({ bucket, base, tiers }: ShownRate): string {
  const unit = unitOf(bucket) === "each" ? " each" : "";
  return [`${bucketWords(bucket)} ${base}${unit}`, ...tiers].join(", ");
}

export function FromWords({ price: { from, daily } }: { readonly price: PriceRow }) {
  return (
    <>
      {from === null ? "Since ever" : utcDate(from)}
      {daily === undefined ? null : (
        <Text size="xs" c="dimmed">
          {daily.from.slice(0, 5)} to {daily.to.slice(0, 5)} each day
        </Text>
      )}
    </>
  );
}

export function SourceWords({ price: { origin, source } }: { readonly price: PriceRow }) {
  const isLink = /^https:\/\/\S+$/.test(source);
  return (
    <>
      <Badge
        size="xs"
        tt="none"
        variant={origin === "operator" ? "outline" : "default"}
        title={originReason(origin)}
      >
        {ORIGIN_WORDS[origin]}
      </Badge>
      <Text size="xs" c="dimmed" lineClamp={2} title={source} style={{ overflowWrap: "anywhere" }}>
        {isLink ? (
          <Anchor href={source} target="_blank" rel="noreferrer" inherit>
            {new URL(source).host}
          </Anchor>
        ) : (
          source
        )}
      </Text>
    </>
  );
}
