/** The questions before something is done for a customer; which one is open stands in the address as `ask`. */
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { CreateKeyDialog } from "../../customer/keys/create-key-dialog.tsx";
import { keysQuery, type MadeKey } from "../../customer/keys/key-queries.ts";
import { RevokeKeyDialog } from "../../customer/keys/revoke-key-dialog.tsx";
import { RotateKeyDialog } from "../../customer/keys/rotate-key-dialog.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ChangePlanForm } from "./change-plan-form.tsx";
import type { WholeCustomer } from "./customer-queries.ts";
import type { Deed } from "./deed-menu.tsx";
import { EditPersonForm } from "./edit-person-form.tsx";
import { EraseForm } from "./erase-form.tsx";
import { LiftLimitForm } from "./lift-limit-form.tsx";
import { PortalLinkForm } from "./portal-link-form.tsx";
import { CancelForm, PlainDeedForm } from "./subscription-forms.tsx";

interface Parts {
  readonly customer: WholeCustomer;
  readonly onDone: (words: string | null) => void;
}

export function DeedDialogs({
  customer,
  onDone,
  onMade,
}: Parts & { readonly onMade: (key: MadeKey) => void }) {
  const [{ ask, key: keyId }, change] = useAddress();
  const close = (): void => change({ ask: undefined, key: undefined, limit: undefined });
  const { data: keys = [] } = useQuery(keysQuery(customer.id));
  const named = keys.find(({ id }) => id === keyId) ?? null;
  const asked = ask === undefined ? undefined : QUESTIONS.find(({ deed }) => deed === ask);
  return (
    <>
      <Dialog
        title={asked?.title ?? ""}
        isOpen={asked !== undefined}
        onClose={close}
        size={asked?.deed === "plan" || asked?.deed === "lift" ? "lg" : "md"}
      >
        {asked === undefined ? null : (
          <asked.Form customer={customer} onClose={close} onDone={onDone} />
        )}
      </Dialog>
      <CreateKeyDialog isOpen={ask === "create"} onClose={close} onMade={onMade} />
      <RotateKeyDialog
        replaced={ask === "replace" ? named : null}
        onClose={close}
        onMade={onMade}
      />
      <RevokeKeyDialog revoked={ask === "revoke" ? named : null} onClose={close} onDone={onDone} />
    </>
  );
}

export interface FormParts extends Parts {
  readonly onClose: () => void;
}

interface Question {
  readonly deed: Deed;
  readonly title: string;
  readonly Form: (parts: FormParts) => React.ReactNode;
}

const QUESTIONS: readonly Question[] = [
  { deed: "plan", title: "Change plan", Form: ChangePlanForm },
  { deed: "lift", title: "Lift a limit", Form: LiftLimitForm },
  { deed: "edit", title: "Edit name and e-mail", Form: EditPersonForm },
  { deed: "portal", title: "Make a portal link", Form: PortalLinkForm },
  { deed: "pause", title: "Pause the subscription", Form: PlainDeedForm },
  { deed: "resume", title: "Resume", Form: PlainDeedForm },
  { deed: "received", title: "The payment came", Form: PlainDeedForm },
  { deed: "cancel", title: "Cancel the subscription", Form: CancelForm },
  { deed: "erase", title: "Erase this person", Form: EraseForm },
];
