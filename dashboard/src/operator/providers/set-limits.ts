/** Puts limits of the deployment in force, and reads anew what shows them. */
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import type { LimitsWish } from "./provider-queries.ts";

/** They replace all that there were. */
export async function setLimits(limits: LimitsWish): Promise<void> {
  await client.admin.setLimits({ limits });
  await Promise.all(
    ["limits", "providers"].map((what) =>
      queries.invalidateQueries({ queryKey: ["operator", what] }),
    ),
  );
}
