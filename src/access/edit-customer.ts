/** Changes what is known of a person: e-mail, name, metadata. */
import { AppError } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Person } from "../privacy/vault.ts";
import { auditRowIf } from "./audit-log.ts";
import { type Customer, type CustomerPorts, recordOf, selectCustomers } from "./customer-row.ts";

/** null clears a field; one that is left out stays. */
export interface PersonChanges {
  readonly email?: string | null;
  readonly name?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

const ATTEMPTS_MOST = 10;

/** null: there is no such customer, or they were erased. Throws `conflict` where others change them all the time. */
export async function editCustomer(
  ports: CustomerPorts,
  id: CustomerId,
  changes: PersonChanges,
  actor: string,
): Promise<Customer | null> {
  for (let attempt = 1; attempt <= ATTEMPTS_MOST; attempt += 1) {
    const row = await selectCustomers(ports.store).where("id", "=", id).executeTakeFirst();
    const person = row === undefined ? null : ports.vault.open(row);
    if (row === undefined || person === null) return null;
    const edited = withChanges(person, changes);
    if (await wroteOver(ports, { id, sealed: row.sealed, edited, actor, changes })) {
      return { ...edited, ...recordOf(row) };
    }
  }
  throw new AppError("conflict", "Others change this customer at this moment. Try again.");
}

function withChanges(person: Person, changes: PersonChanges): Person {
  const kept = { ...person, ...changes };
  const { email, name, metadata } = kept;
  return {
    userId: person.userId,
    ...(email == null ? {} : { email }),
    ...(name == null ? {} : { name }),
    ...(metadata == null ? {} : { metadata }),
  };
}

/** false: what was read is no longer what is there, so somebody else changed or erased them. */
async function wroteOver(
  { store, vault, clock }: CustomerPorts,
  of: {
    readonly id: CustomerId;
    readonly sealed: Uint8Array;
    readonly edited: Person;
    readonly actor: string;
    readonly changes: PersonChanges;
  },
): Promise<boolean> {
  const sealedAnew = vault.seal(of.edited);
  const entry = {
    at: clock.now(),
    actor: of.actor,
    action: "customer.edit",
    subject: of.id,
    // Which fields, never what they say: the audit log outlives the person.
    details: { fields: Object.keys(of.changes) },
  };
  const [written] = await store.write([
    store.db
      .updateTable("customers")
      .set(sealedAnew)
      .where("id", "=", of.id)
      .where("sealed", "=", of.sealed)
      .returning("id"),
    auditRowIf(
      store,
      entry,
      store.db
        .selectFrom("customers")
        .select("id")
        .where("id", "=", of.id)
        .where("sealed", "=", sealedAnew.sealed),
    ),
  ]);
  return (written?.length ?? 0) > 0;
}
