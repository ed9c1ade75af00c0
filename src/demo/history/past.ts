/** The past as it is lived through: calls and deeds in the order of their times, under a clock that is set to each. */
import type { PurserClient } from "../../client/client.ts";
import type { CustomerId, KeyId, UserId } from "../../core/ids.ts";
import { DAY_MS, formatInstant, type Instant, instant } from "../../core/instant.ts";
import type { Payer } from "../../ledger/ledger.ts";
import type { Purser } from "../../server/open-purser.ts";
import { type Allowance, createAllowance, termsOf } from "./allowance.ts";
import type { MadeKey } from "./begin-customer.ts";
import type { CustomerDeed, Deed } from "./deed.ts";
import { type CallSource, callSource, type DrawnCall, type Span } from "./draw-calls.ts";
import { clientInProcess } from "./in-process.ts";
import type { Profile } from "./profile.ts";
import { type CallWriter, callWriter } from "./write-calls.ts";

export interface Past {
  /** Resolves with how many calls were written. */
  live(from: Instant, to: Instant): Promise<number>;
  /** What the clock owes by then: renewals, alerts, what is to be sent. */
  runJobs(at: Instant): Promise<void>;
}

export interface PastPerson {
  readonly profile: Profile;
  readonly span: Span;
  readonly deeds: (made: (key: MadeKey) => void) => readonly CustomerDeed[];
}

interface Person {
  readonly profile: Profile;
  readonly calls: CallSource;
  readonly allowance: Allowance;
  readonly keys: Map<string, KeyId>;
  readonly deeds: readonly CustomerDeed[];
  customerId: CustomerId | null;
  /** Of the part that is being lived. */
  refused: number;
}

type Moment =
  | {
      readonly at: Instant;
      readonly kind: "call";
      readonly person: Person;
      readonly call: DrawnCall;
    }
  | { readonly at: Instant; readonly kind: "deed"; readonly act: () => Promise<unknown> };

/** An application that is refused asks a few times more, and then tells its people. */
const REFUSED_MOST = 3;

export async function createPast(
  purser: Purser,
  of: { people: readonly PastPerson[]; operator: readonly Deed[]; now: Instant },
): Promise<Past> {
  const client = clientInProcess(purser);
  const writer = callWriter(purser.parts);
  const caps = await capsOf(client);
  const people = of.people.map((one) => personOf(one, caps));
  const deeds = [
    ...of.operator.map(({ daysAgo, act }) => ({
      at: agoOf(of.now, daysAgo),
      act: (at: Instant) => act(client, at),
    })),
    ...people.flatMap((person) =>
      person.deeds.map(({ daysAgo, act }) => ({
        at: agoOf(of.now, daysAgo),
        act: async (at: Instant) => {
          await act(client, person.profile.userId, at);
          await refreshTerms(purser, client, person);
        },
      })),
    ),
  ];
  return {
    async live(from, to) {
      const due = deeds.filter(({ at }) => at >= from && at < to);
      const moments: Moment[] = [
        ...due.map(({ at, act }): Moment => ({ at, kind: "deed", act: () => act(at) })),
        ...people.flatMap((person) => {
          person.refused = 0;
          return person.calls
            .draw(from, to)
            .map((call): Moment => ({ at: call.at, kind: "call", person, call }));
        }),
      ];
      moments.sort((one, other) => one.at - other.at);
      const { clock } = purser.parts;
      const written = await liveThrough(moments, writer, (at) => clock.set(at));
      clock.set(to);
      await writer.flush();
      return written;
    },
    async runJobs(at) {
      await client.admin.setClock(formatInstant(at));
    },
  };
}

function agoOf(now: Instant, daysAgo: number): Instant {
  return instant(Math.round(now - daysAgo * DAY_MS));
}

function personOf(
  { profile, span, deeds }: PastPerson,
  caps: (plan: string) => (provider: string) => number | null,
): Person {
  const keys = new Map<string, KeyId>();
  return {
    profile,
    calls: callSource(profile, span, caps(profile.plan)),
    allowance: createAllowance(),
    keys,
    deeds: deeds(({ name, id }) => keys.set(name, id as KeyId)),
    customerId: null,
    refused: 0,
  };
}

/** Deeds and refusals have the clock set to them; the calls between two of those are written together. */
async function liveThrough(
  moments: readonly Moment[],
  writer: CallWriter,
  setClock: (at: Instant) => void,
): Promise<number> {
  let written = 0;
  for (const moment of moments) {
    if (moment.kind === "deed") {
      setClock(moment.at);
      await writer.flush();
      await moment.act();
      continue;
    }
    const { person, call } = moment;
    const payer = payerOf(person, call);
    if (payer === null || !person.allowance.includes(call.scope.provider)) continue;
    const priced = writer.price(call);
    if (person.allowance.fits(call.scope, priced.amounts, call.at)) {
      person.allowance.take(call.scope, priced.amounts, call.at);
      writer.add(priced, payer);
      written += 1;
    } else if (person.refused < REFUSED_MOST) {
      person.refused += 1;
      setClock(moment.at);
      await writer.flush();
      await writer.tryHold(priced, payer);
    }
  }
  return written;
}

function payerOf({ customerId, keys }: Person, call: DrawnCall): Payer | null {
  if (customerId === null) return null;
  const keyId = keys.get(call.keyName ?? "app");
  return { customerId, ...(keyId === undefined ? {} : { keyId }) };
}

/** The customer as they are now, and what their plan then allows. */
async function refreshTerms(purser: Purser, client: PurserClient, person: Person): Promise<void> {
  const found = await purser.parts.customers.find(person.profile.userId as UserId);
  if (found === null) return;
  person.customerId = found.id;
  const [{ plan }, { plans }] = [
    await client.subscription(person.profile.userId),
    await client.admin.plans(),
  ];
  const definition = plans.find(({ slug }) => slug === plan.slug)?.definition;
  if (definition !== undefined) person.allowance.setTerms(termsOf(definition, found.usageAnchor));
}

async function capsOf(
  client: PurserClient,
): Promise<(plan: string) => (provider: string) => number | null> {
  const { plans } = await client.admin.plans();
  return (plan) => (provider) => {
    const definition = plans.find(({ slug }) => slug === plan)?.definition ?? {};
    const limit = termsOf(definition, instant(0)).limits.find(
      (one) => one.meter === "calls" && one.provider === provider,
    );
    return limit?.cap.kind === "atMost" ? Number(limit.cap.amount) : null;
  };
}
