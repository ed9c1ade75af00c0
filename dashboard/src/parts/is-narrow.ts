/** Is the screen as narrow as a phone's, so that less stands side by side? */
import { useMediaQuery } from "@mantine/hooks";

export function useIsNarrow(): boolean {
  return useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
}
