/** What is known of the server: shown at once from here, and read anew behind it. */
import { QueryClient } from "@tanstack/react-query";
import { PurserError } from "../../../src/client/purser-error.ts";

const FRESH_MS = 10_000;
const KEPT_MS = 30 * 60_000;
const TRIES_MOST = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      gcTime: KEPT_MS,
      retry: (failures, fault) => failures < TRIES_MOST && mayHelp(fault),
    },
    mutations: { retry: false },
  },
});

/** What the server refuses for a reason it refuses again. */
function mayHelp(fault: Error): boolean {
  return !(fault instanceof PurserError) || fault.status === null || fault.status >= 500;
}
