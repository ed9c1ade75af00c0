/** Takes over a newer catalogue of prices from its file, after showing what that changes. */
import { Anchor, Button, FileInput, Group, Stack, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { updatePrices } from "../../../../src/api/contract/endpoints/prices.ts";
import { countOf } from "../../../../src/core/amount-words.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { client } from "../../app/client.ts";
import { Card } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { pricesChanged } from "./price-queries.ts";
import classes from "./prices.module.css";

type Changes = z.output<(typeof updatePrices)["answer"]>;

const CATALOGUE = "https://github.com/pydantic/genai-prices/blob/main/prices/data.json";

export function CatalogueCard() {
  const [file, setFile] = useState<File | null>(null);
  const looking = useMutation({
    mutationFn: async (chosen: File) => {
      const catalogue = await readJson(chosen);
      return { catalogue, ...(await client.admin.updatePrices({ catalogue, dry_run: true })) };
    },
  });
  const taking = useMutation({
    mutationFn: (catalogue: unknown) => client.admin.updatePrices({ catalogue, dry_run: false }),
    onSuccess: async () => {
      await pricesChanged();
      looking.reset();
      setFile(null);
    },
  });
  const choose = (chosen: File | null): void => {
    setFile(chosen);
    looking.reset();
    taking.reset();
    if (chosen !== null) looking.mutate(chosen);
  };
  const found = looking.data;
  return (
    <Card title="Take over a newer catalogue">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          The catalogue comes with Purser. For a newer one, take{" "}
          <Anchor href={CATALOGUE} target="_blank" rel="noreferrer" inherit underline="always">
            prices/data.json of genai-prices
          </Anchor>
          . It is compared first and changes nothing until you take it over; what you entered stays
          above it.
        </Text>
        <FileInput
          label="Catalogue file"
          placeholder="Choose data.json"
          accept="application/json,.json"
          value={file}
          onChange={choose}
          clearable
          styles={{ placeholder: { color: "var(--mantine-color-dimmed)" } }}
          clearButtonProps={{ "aria-label": "No file" }}
          maw={420}
        />
        <Text size="sm" role="status">
          {looking.isPending ? "Comparing it with the price book…" : foundWords(found)}
        </Text>
        <Refused fault={looking.error ?? taking.error} title="Nothing was taken over" />
        <Said words={takenWords(taking.data)} />
        {found === undefined ? null : (
          <Found
            found={found}
            isBusy={taking.isPending}
            onTake={() => taking.mutate(found.catalogue)}
          />
        )}
      </Stack>
    </Card>
  );
}

async function readJson(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new Error(`${file.name} is not JSON.`, { cause });
  }
}

function foundWords(found: Changes | undefined): string {
  if (found === undefined) return "";
  if (found.changes.length === 0) return "It says what the price book says already.";
  const added = found.changes.filter(({ kind }) => kind === "added").length;
  return `${countOf(added, "price")} would be added and ${countOf(found.changes.length - added, "price")} changed.`;
}

function takenWords(taken: Changes | undefined): string | null {
  return taken === undefined ? null : `${countOf(taken.changes.length, "price")} taken over.`;
}

const ROWS = 50;

function Found({
  found: { changes, skipped },
  isBusy,
  onTake,
}: {
  readonly found: Changes;
  readonly isBusy: boolean;
  readonly onTake: () => void;
}) {
  const [page, setPage] = useState(1);
  return (
    <>
      {skipped.length === 0 ? null : (
        <Text size="sm" title={skipped.join("\n")}>
          {countOf(skipped.length, "model")} written in a way that this version cannot read, left as
          they are: {skipped.slice(0, 3).join(", ")}
          {skipped.length > 3 ? " and more" : ""}.
        </Text>
      )}
      {changes.length === 0 ? null : (
        <>
          <Group>
            <Button onClick={onTake} loading={isBusy}>
              Take over {countOf(changes.length, "price")}
            </Button>
          </Group>
          <ChangesTable changes={changes.slice((page - 1) * ROWS, page * ROWS)} />
          <Pages of="Changes" total={changes.length} size={ROWS} value={page} onChange={setPage} />
        </>
      )}
    </>
  );
}

function ChangesTable({ changes }: { readonly changes: Changes["changes"] }) {
  return (
    <WideTable label="What changes" minWidth={600} className={classes["table"]}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Model</Table.Th>
          <Table.Th scope="col">Provider</Table.Th>
          <Table.Th scope="col">Change</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ provider, model, kind, words }) => (
          <Table.Tr key={`${provider} ${model} ${words}`}>
            <Table.Th scope="row" style={{ overflowWrap: "anywhere" }}>
              {model}
            </Table.Th>
            <Table.Td>{providerTitle(provider)}</Table.Td>
            <Table.Td>
              {kind === "added" ? "Added " : "Changed "}
              {words}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
