/** Adds a dated price: written by kind of use, checked, and its change told before it is in the book. */
import { Alert, Button, Group, Modal, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { LeavingGuard } from "../../parts/leaving-guard.tsx";
import { capital } from "../../parts/limit-words.ts";
import { Refused } from "../../parts/said.tsx";
import { priceDraftOf } from "./price-draft.ts";
import { PriceFields } from "./price-fields.tsx";
import { type ModelName, nameAt, type PriceRow, pricesQuery } from "./price-queries.ts";
import classes from "./prices.module.css";
import { RateFields } from "./rate-fields.tsx";
import { usePriceForm } from "./use-price-form.ts";

export function AddPrice({ onAdded }: { readonly onAdded: (name: ModelName) => void }) {
  const [{ add }, change] = useAddress();
  const { data: prices, isError } = useQuery(pricesQuery);
  const name = nameAt(add === undefined || add === "1" ? "" : add);
  const close = () => change({ add: undefined });
  return (
    <Modal.Stack>
      <Dialog
        title="Add a price"
        isOpen={add !== undefined}
        onClose={close}
        size="lg"
        stackId="price"
      >
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
    </Modal.Stack>
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
  // What the form began with: the book may be read anew meanwhile.
  const [first] = useState(() =>
    priceDraftOf(
      name,
      prices.find((row) => row.provider === name.provider && row.model === name.model),
    ),
  );
  const form = usePriceForm(first, onAdded);
  const { changes, mayLeave } = form;
  const giveUp = (): void => {
    mayLeave.current = true;
    onClose();
  };
  return (
    <form noValidate onSubmit={form.submit}>
      <LeavingGuard
        isUnsaved={form.isUnsaved}
        mayLeave={mayLeave}
        stays="The price book stays as it was."
      />
      <Stack>
        <PriceFields form={form} providers={[...new Set(prices.map(({ provider }) => provider))]} />
        <RateFields form={form} />
        {changes === undefined ? null : <WhatChanges changes={changes.map(sinceWords)} />}
        <Refused fault={form.fault} title="No price was added" />
        <Group>
          <Button type="submit" loading={form.isBusy} disabled={changes?.length === 0}>
            {changes === undefined ? "See what it changes" : "Add the price"}
          </Button>
          <Button variant="default" onClick={giveUp}>
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
