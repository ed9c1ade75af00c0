/** Whose allowance a client's next call is to use: mostly its own, often one that is running out. */
import type { Client } from "./cast.ts";
import type { Scene } from "./scene.ts";

const SHARE_OF_TIGHT = 0.3;
const SHARE_OF_PENNY = 0.1;

export function payerOf(
  { scarce }: Scene,
  { customer, random }: Client,
): { readonly customer: string; readonly isOwn: boolean } {
  const drawn = random();
  if (drawn < SHARE_OF_TIGHT) return { customer: scarce.tight, isOwn: false };
  if (drawn < SHARE_OF_TIGHT + SHARE_OF_PENNY) return { customer: scarce.penny, isOwn: false };
  return { customer, isOwn: true };
}
