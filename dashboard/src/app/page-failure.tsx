/** What stands where a page broke or its code could not be loaded. */
import { Box } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Failure } from "../parts/states.tsx";

export function PageFailure({ error }: ErrorComponentProps) {
  // What a page shows is in its address, so nothing is lost by loading it anew.
  return (
    <Box maw={560} mx="auto" mt="15vh" p="md">
      <Failure
        fault={error instanceof Error ? error : new Error(String(error))}
        again={() => location.reload()}
      />
    </Box>
  );
}
