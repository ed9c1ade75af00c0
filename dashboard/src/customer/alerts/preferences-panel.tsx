/** How a customer wants to hear of alerts: read, changed, saved, and said what was saved. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { type Preferences, preferencesQuery } from "./alert-queries.ts";
import { type PreferencesChange, PreferencesForm } from "./preferences-form.tsx";

export function PreferencesPanel() {
  const { userId } = useSubject();
  const query = useQuery(preferencesQuery(userId));
  const saving = useMutation({
    mutationFn: (change: PreferencesChange) => client.setAlertPreferences(userId, change),
    onSuccess: (saved) => queries.setQueryData(preferencesQuery(userId).queryKey, saved),
  });
  return (
    <Await query={query} height={560}>
      {(kept) => (
        <>
          {/* Begun anew where what is kept has changed, here or elsewhere; else what is being typed stays. */}
          <PreferencesForm
            key={JSON.stringify(kept)}
            kept={kept}
            save={(change) => saving.mutate(change)}
            isSaving={saving.isPending}
          />
          <div style={{ marginTop: 12 }}>
            <Said words={saving.data === undefined ? null : savedWords(saving.data)} />
            <Refused fault={saving.error} title="Nothing was saved" />
          </div>
        </>
      )}
    </Await>
  );
}

function savedWords({ thresholds, channels, time_zone: timeZone }: Preferences): string {
  const at = thresholds.length === 0 ? "when a limit is reached" : `at ${listOf(thresholds)} %`;
  const ways = [
    channels.in_app ? "on this page" : null,
    channels.email ? "by mail" : null,
    channels.webhook ? "by webhook" : null,
    channels.slack ? "in Slack" : null,
  ].filter((way) => way !== null);
  const by = ways.length === 0 ? "You are told by no channel" : `You are told ${listOf(ways)}`;
  return `Saved. ${by}, ${at}. Times in alerts are in ${timeZone}.`;
}

function listOf(parts: readonly (string | number)[]): string {
  const words = parts.map(String);
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
