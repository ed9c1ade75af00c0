/** When a key was last used, as a sentence. */
import { RelativeTime } from "./time.tsx";

export function LastUsed({ at }: { readonly at: string | null }) {
  if (at === null) return "It was never used.";
  return (
    <>
      It was last used <RelativeTime at={at} />.
    </>
  );
}
