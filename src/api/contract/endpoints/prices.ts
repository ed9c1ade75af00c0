/** The price book for administrators: what is in force, what changes, what past calls cost by it. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import {
  adminPrices,
  adminPricesQuery,
  applyPricesIn,
  priceChanges,
  priceIn,
  rerated,
  rerateIn,
  unpricedModels,
  updatePricesIn,
} from "../prices.ts";

const PRICES = { audience: "admin", tag: "admin" } as const;

/** A catalogue file is half a megabyte, written for people to read up to three. */
const CATALOGUE_BYTES_MAX = 16 * 1024 * 1024;

export const listPrices = endpoint({
  ...PRICES,
  method: "GET",
  path: "/api/admin/prices",
  summary: "The price book: the rows in force now, or with their history",
  query: adminPricesQuery,
  body: noBody,
  answer: adminPrices,
});

export const listUnpricedModels = endpoint({
  ...PRICES,
  method: "GET",
  path: "/api/admin/prices/unpriced",
  summary: "Models that were called without a price in the last 90 days, and so counted at $0",
  description:
    "A model leaves the list once it has a price and its calls were priced again, or its alerts are marked as read.",
  query: noQuery,
  body: noBody,
  answer: unpricedModels,
});

export const addPrice = endpoint({
  ...PRICES,
  method: "POST",
  path: "/api/admin/prices",
  summary: "Adds a dated price; the row before it stays, and is superseded from that date on",
  query: noQuery,
  body: priceIn,
  answer: priceChanges,
  status: 201,
  errors: ["conflict"],
});

export const applyPrices = endpoint({
  ...PRICES,
  method: "POST",
  path: "/api/admin/prices/apply",
  summary: "Puts the prices of a price file in force, or says what that would change",
  query: noQuery,
  body: applyPricesIn,
  answer: priceChanges,
  errors: ["conflict"],
});

export const updatePrices = endpoint({
  ...PRICES,
  method: "POST",
  path: "/api/admin/prices/update",
  summary: "Takes over what a newer catalogue says otherwise, or says what that would change",
  query: noQuery,
  body: updatePricesIn,
  answer: priceChanges,
  bodyBytesMax: CATALOGUE_BYTES_MAX,
  errors: ["conflict"],
});

export const reratePrices = endpoint({
  ...PRICES,
  method: "POST",
  path: "/api/admin/prices/rerate",
  summary: "Prices past calls again by the prices of today, as corrections; a dry run only says so",
  query: noQuery,
  body: rerateIn,
  answer: rerated,
  errors: ["conflict"],
});
