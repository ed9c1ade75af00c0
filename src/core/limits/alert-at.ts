/** Reads the thresholds of a limit, of a plan or of a customer: whole percentages of a cap, ascending. */
import { z } from "zod";

/** Most people want three; more than ten is noise. */
const THRESHOLDS_MOST = 10;
const THRESHOLD = "must be whole percentages from 1 to 200.";

/** An empty list is a wish too: for no alert but that of a hard limit that is reached. */
export const alertAtSchema = z
  .array(z.number({ error: THRESHOLD }).int(THRESHOLD).min(1, THRESHOLD).max(200, THRESHOLD), {
    error: "must be a list of percentages such as [80, 90, 100].",
  })
  .max(THRESHOLDS_MOST, `must be at most ${THRESHOLDS_MOST} percentages.`)
  .refine(
    (list) => list.every((percent, at) => at === 0 || percent > (list[at - 1] ?? 0)),
    "must be ascending, each percentage once.",
  );
