/** Edits the deployment's limits, says what would change, and puts them in force. */
import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { changesOf, draftOf, faultOf, newLine, wishOf } from "./limit-draft.ts";
import { LimitFields } from "./limit-fields.tsx";
import type { DeploymentLimit, LimitUse, ProviderState } from "./provider-queries.ts";
import classes from "./providers.module.css";
import { setLimits } from "./set-limits.ts";

interface Parts {
  readonly limits: readonly DeploymentLimit[];
  readonly uses: readonly LimitUse[];
  readonly providers: readonly ProviderState[];
  readonly onClose: () => void;
  /** With those that were in force before. */
  readonly onDone: (before: readonly DeploymentLimit[]) => void;
}

export function LimitsDialog({ isOpen, ...parts }: Parts & { readonly isOpen: boolean }) {
  return (
    <Dialog
      title="Change the limits of the deployment"
      isOpen={isOpen}
      onClose={parts.onClose}
      size="xl"
    >
      <LimitsForm {...parts} />
    </Dialog>
  );
}

function LimitsForm({ limits, uses, providers, onClose, onDone }: Parts) {
  // What they were when the dialog was opened; a refresh behind it changes no draft.
  const [before] = useState(limits);
  const [lines, setLines] = useState(() => draftOf(limits));
  const changes = changesOf({ before, after: wishOf(lines), uses });
  const putting = useMutation({
    mutationFn: () => setLimits(wishOf(lines)),
    onSuccess: () => onDone(before),
  });
  const fault = faultOf(putting.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        putting.mutate();
      }}
    >
      <Stack>
        {lines.map((line, at) => (
          <LimitFields
            key={line.id}
            line={line}
            number={at + 1}
            words={fault?.line === at ? fault.words : null}
            providers={providers}
            onChange={(changed) =>
              setLines(lines.map((each) => (each.id === line.id ? changed : each)))
            }
            onRemove={() => setLines(lines.filter(({ id }) => id !== line.id))}
          />
        ))}
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() => setLines([...lines, newLine(lines)])}
        >
          Add a limit
        </Button>
        <Changes of={changes} />
        <Refused fault={putting.error} title="Nothing was changed" />
        <Group>
          <Button type="submit" loading={putting.isPending} disabled={changes.length === 0}>
            Put these limits in force
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave them as they are
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Changes({ of }: { readonly of: readonly string[] }) {
  return (
    <Box aria-live="polite">
      <Text size="sm" fw={600}>
        What changes
      </Text>
      {of.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing so far.
        </Text>
      ) : (
        <ul className={classes["changes"]}>
          {of.map((words) => (
            <Text key={words} component="li" size="sm">
              {words}
            </Text>
          ))}
        </ul>
      )}
    </Box>
  );
}
