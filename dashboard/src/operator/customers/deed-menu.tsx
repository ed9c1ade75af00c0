/** What else can be done for a customer; each opens a question that says what will happen. */
import { Button, Menu } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import type { WholeCustomer } from "./customer-queries.ts";

/** Named in the address as `ask`. */
export type Deed =
  | "plan"
  | "lift"
  | "create"
  | "edit"
  | "portal"
  | "pause"
  | "resume"
  | "cancel"
  | "received"
  | "erase";

export function DeedMenu({ customer: { subscription } }: { readonly customer: WholeCustomer }) {
  const [, change] = useAddress();
  const item = (deed: Deed, words: string) => (
    <Menu.Item key={deed} onClick={() => change({ ask: deed })}>
      {words}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default">More</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item("lift", "Lift a limit")}
        {item("create", "Make a key")}
        {item("portal", "Make a portal link")}
        {item("edit", "Edit name and e-mail")}
        <Menu.Divider />
        {deedsOf(subscription).map(([deed, words]) => item(deed, words))}
        {item("erase", "Erase this person")}
      </Menu.Dropdown>
    </Menu>
  );
}

type Subscription = WholeCustomer["subscription"];

/** What the subscription's present state allows. */
function deedsOf(subscription: Subscription): (readonly [Deed, string])[] {
  if (subscription === null) return [];
  const { status, cancel_at_period_end: isEnding, scheduled_change: scheduled } = subscription;
  switch (status) {
    case "paused":
      return [
        ["resume", "Resume the subscription"],
        ["cancel", "Cancel the subscription"],
      ];
    case "expired":
    case "past_due":
      return [
        ["received", "Note the payment as received"],
        ["cancel", "Cancel the subscription"],
      ];
    case "active":
    case "trialing": {
      const undo = isEnding || scheduled !== undefined;
      return [
        ...(undo ? [["resume", "Undo what is scheduled"] as const] : []),
        ["pause", "Pause the subscription"],
        ...(isEnding ? [] : [["cancel", "Cancel the subscription"] as const]),
      ];
    }
    case "canceled":
      return [];
  }
}
