/** Adds a dated price: written by kind of use, checked, and its change told before it is in the book. */
import { Alert, Button, Group, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { capital } from "../../parts/limit-words.ts";
import { Refused } from "../../parts/said.tsx";
import { checkPrice, type PriceBody, priceDraftOf } from "./price-draft.ts";
import { PriceFields } from "./price-fields.tsx";
import {
  type ModelName,
  nameAt,
  type PriceRow,
  pricesChanged,
  pricesQuery,
} from "./price-queries.ts";
import classes from "./prices.module.css";
import { RateFields } from "./rate-fields.tsx";

export function AddPrice({ onAdded }: { readonly onAdded: (name: ModelName) => void }) {
  const [{ add }, change] = useAddress();
  const { data: prices, isError } = useQuery(pricesQuery);
  const name = nameAt(add === undefined || add === "1" ? "" : add);
  const close = () => change({ add: undefined });
  return (
    <Dialog title="Add a price" isOpen={add !== undefined} onClose={close} size="lg">
      {add === undefined ? null : prices === undefined && !isError ? (
        <Skeleton height={420} />
      ) : (
        <PriceForm
          key={add}
          name={name}
          prices={prices ?? []}
          onClose={close}
          onAdded={(added) => {
            onAdded(added);
            close();
          }}
        />
      )}
    </Dialog>
  );
}

function PriceForm({
  name,
  prices,
  onClose,
  onAdded,
}: {
  readonly name: ModelName;
  readonly prices: readonly PriceRow[];
  readonly onClose: () => void;
  readonly onAdded: (name: ModelName) => void;
}) {
  const [draft, setDraft] = useState(() =>
    priceDraftOf(
      name,
      prices.find((row) => row.provider === name.provider && row.model === name.model),
    ),
  );
  const [isTold, setIsTold] = useState(false);
  const checked = useMemo(() => checkPrice(draft), [draft]);
  const asking = useMutation({
    mutationFn: (body: PriceBody) => client.admin.applyPrices({ prices: [body], dry_run: true }),
  });
  const adding = useMutation({
    mutationFn: (body: PriceBody) => client.admin.addPrice(body),
    onSuccess: async (_answer, { provider, model }) => {
      await pricesChanged();
      onAdded({ provider, model });
    },
  });
  const form = {
    draft,
    change: (changes: Partial<typeof draft>) => {
      setDraft({ ...draft, ...changes });
      asking.reset();
      adding.reset();
    },
    errorAt: (field: string) => (isTold ? checked.errors.get(field) : undefined),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsTold(true);
    if (checked.body === null) return;
    if (asking.data === undefined) asking.mutate(checked.body);
    else adding.mutate(checked.body);
  };
  const changes = asking.data?.changes;
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <PriceFields form={form} providers={[...new Set(prices.map(({ provider }) => provider))]} />
        <RateFields form={form} />
        {changes === undefined ? null : (
          <WhatChanges changes={changes.map(({ words }) => sinceWords(words))} />
        )}
        <Refused fault={asking.error ?? adding.error} title="No price was added" />
        <Group>
          <Button
            type="submit"
            loading={asking.isPending || adding.isPending}
            disabled={changes?.length === 0}
          >
            {changes === undefined ? "See what it changes" : "Add the price"}
          </Button>
          <Button variant="default" onClick={onClose}>
            Do not add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A price without a date holds from the very instant it is added: said as people say it. */
function sinceWords(words: string): string {
  return capital(words.replace(/^from \S+T\S+Z:/, "from now on:"));
}

function WhatChanges({ changes }: { readonly changes: readonly string[] }) {
  const isSame = changes.length === 0;
  return (
    <Alert
      color="gray"
      variant="light"
      role="status"
      py="xs"
      title={isSame ? "Nothing changes" : "What it changes"}
    >
      <ul className={classes["lines"]}>
        {isSame ? <li>The price book says so already.</li> : null}
        {changes.map((words) => (
          <li key={words}>{words}</li>
        ))}
        {isSame ? null : (
          <li>
            Calls from then on are priced by it. Calls made before it is added keep what they cost
            until you price them again.
          </li>
        )}
      </ul>
    </Alert>
  );
}
