/** The sentence that is read before anything else. */
import { Text, VisuallyHidden } from "@mantine/core";
import { PageLink } from "../../app/page-link.tsx";
import classes from "./overview.module.css";
import type { Sentence } from "./sentence.ts";

/** It is told to screen readers anew when how things stand changes, not with every call. */
export function StateSentence({ sentence }: { readonly sentence: Sentence }) {
  const { tone, lead, rest, offersPlans } = sentence;
  return (
    <div className={classes["sentence"]} data-testid="sentence">
      <span className={classes["tone"]} data-tone={tone} aria-hidden="true" />
      <Text size="lg" style={{ overflowWrap: "anywhere", minWidth: 0 }}>
        <b>{lead}</b>
        {rest === "" ? null : ` ${rest}`}
        {offersPlans ? (
          <>
            {" "}
            <PageLink to="/plan" inherit underline="always">
              Compare plans
            </PageLink>
          </>
        ) : null}
      </Text>
      <VisuallyHidden component="output">{tone === "used up" ? lead : ""}</VisuallyHidden>
    </div>
  );
}
