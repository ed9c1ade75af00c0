/** How to call with a key, for each SDK, in each language, at this server's own address. */
import { Code, Group, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { CopyText } from "../../parts/copy-text.tsx";
import { subscriptionQuery } from "../plan/plan-queries.ts";
import classes from "./keys.module.css";
import { KEY_PLACE, LANGUAGES, SDKS, snippetFor } from "./snippet-text.ts";

export function Snippets({ keyText }: { readonly keyText: string | null }) {
  const [{ sdk: askedSdk, lang }, change] = useAddress();
  const isIncluded = useIncluded();
  const sdk =
    SDKS.find(({ name }) => name === askedSdk) ??
    SDKS.find(({ provider }) => isIncluded(provider)) ??
    SDKS[0];
  const language = LANGUAGES.find(({ name }) => name === lang) ?? LANGUAGES[0];
  const { install, text } = snippetFor({
    sdk: sdk.name,
    language: language.name,
    at: location.origin,
    key: keyText ?? KEY_PLACE,
  });
  return (
    <>
      <Group gap="sm" mb="sm">
        <Choice label="SDK" of={SDKS} value={sdk.name} onChange={(name) => change({ sdk: name })} />
        <Choice
          label="Language"
          of={LANGUAGES}
          value={language.name}
          onChange={(name) => change({ lang: name })}
        />
      </Group>
      {isIncluded(sdk.provider) ? null : (
        <Text size="sm" mb="sm">
          Your plan does not include {sdk.label}, so this call is refused. The page Plan says which
          one does.
        </Text>
      )}
      {install === null ? null : (
        <Text size="sm" mb={6}>
          First: <Code>{install}</Code>
        </Text>
      )}
      <Snippet text={text}>
        {keyText === null ? (
          <Text size="xs" c="dimmed">
            Put a key in place of {KEY_PLACE}; its text was shown when it was made.
          </Text>
        ) : (
          <Text size="xs" c="dimmed">
            With your new key in it.
          </Text>
        )}
      </Snippet>
    </>
  );
}

function Snippet({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className={classes["snippet"]} aria-label="First call" tabIndex={0}>
        <Code block>{text}</Code>
      </section>
      <Group justify="space-between" mt={6} gap="xs">
        {children}
        <CopyText text={text} of="the first call" />
      </Group>
    </>
  );
}

function Choice({
  label,
  of,
  ...control
}: {
  readonly label: string;
  readonly of: readonly { readonly name: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  return (
    <div className={classes["choice"]}>
      <SegmentedControl
        size="xs"
        aria-label={label}
        data={of.map((each) => ({ value: each.name, label: each.label }))}
        {...control}
      />
    </div>
  );
}

/** Does the plan in force have that provider; until it is known, yes. */
function useIncluded(): (provider: (typeof SDKS)[number]["provider"]) => boolean {
  const { userId } = useSubject();
  const { data } = useQuery(subscriptionQuery(userId));
  return (provider) => data?.limits["_zero_means"][`${provider}_calls`] !== "disabled";
}
