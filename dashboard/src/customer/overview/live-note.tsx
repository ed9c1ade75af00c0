/** Says quietly whether what is shown follows what happens. */
import { Text } from "@mantine/core";
import type { LiveState } from "../../app/live.ts";
import classes from "./overview.module.css";

const WORDS: Readonly<Record<LiveState, string>> = {
  connecting: "connecting …",
  live: "live",
  lost: "connection lost, trying again; shown is what was known",
};

export function LiveNote({ state }: { readonly state: LiveState }) {
  return (
    <Text span inherit role="status" data-live={state}>
      {state === "live" ? <span className={classes["beat"]} aria-hidden="true" /> : null}
      {WORDS[state]}
    </Text>
  );
}
