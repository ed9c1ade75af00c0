/** Where in the usage one is: all of it, one provider, one model; each a way back. */
import { Breadcrumbs, Text } from "@mantine/core";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { type AddressState, useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useKeyNames } from "./key-names.ts";

interface Crumb {
  readonly label: string;
  /** The address's parameters that are there at this place. */
  readonly keeps: readonly string[];
  readonly by: string;
}

const ONLY = ["key", "operation", "provider", "model"] as const;

/** `end` is what one looks at below them, e.g. their calls; left out: the usage itself. */
export function UsageCrumbs({ end }: { readonly end?: string }) {
  const [address] = useAddress();
  const keyName = useKeyNames();
  const crumbs: Crumb[] = [{ label: "All usage", keeps: [], by: "provider" }];
  for (const name of ONLY) {
    const value = address[name];
    if (value === undefined) continue;
    const label = labelOf(name, value, keyName);
    const keeps = [...(crumbs.at(-1)?.keeps ?? []), name];
    crumbs.push({ label, keeps, by: keeps.includes("provider") ? "model" : "provider" });
  }
  if (crumbs.length === 1) return null;
  return (
    <nav aria-label="Part of the usage">
      <Breadcrumbs separator="›" separatorMargin={6} style={{ flexWrap: "wrap" }}>
        {crumbs.map((crumb, place) =>
          end === undefined && place === crumbs.length - 1 ? (
            <Text
              key={crumb.keeps.length}
              size="sm"
              aria-current="page"
              style={{ overflowWrap: "anywhere" }}
            >
              {crumb.label}
            </Text>
          ) : (
            <PageLink
              key={crumb.keeps.length}
              to="/usage"
              size="sm"
              search={searchAt(end === undefined ? address : fromCalls(address), crumb)}
            >
              {crumb.label}
            </PageLink>
          ),
        )}
        {end === undefined ? null : (
          <Text key="end" size="sm" aria-current="page">
            {end}
          </Text>
        )}
      </Breadcrumbs>
    </nav>
  );
}

function labelOf(
  name: (typeof ONLY)[number],
  value: string,
  keyName: (key: string) => string,
): string {
  if (name === "key") return keyName(value);
  return name === "provider" ? providerTitle(value) : value;
}

/** All time is what the log shows unless it is told; of the usage it has to be said. */
function fromCalls(address: AddressState): AddressState {
  return { ...address, status: undefined, tag: undefined, span: address["span"] ?? "all" };
}

function searchAt(address: AddressState, { keeps, by }: Crumb): AddressState {
  const gone = ONLY.filter((name) => !keeps.includes(name));
  return { ...address, ...Object.fromEntries(gone.map((name) => [name, undefined])), by };
}
