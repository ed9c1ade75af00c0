/** Can Purser take calls, since when does it run, and how do its own requests fare. */
import { useQuery } from "@tanstack/react-query";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { exactly, percent } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { Await } from "../../parts/states.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import { ToneWord } from "../../parts/tone-word.tsx";
import { type Readiness, readinessQuery, requestsQuery, type System } from "./system-queries.ts";

export function HealthCard({ system }: { readonly system: System }) {
  const readiness = useQuery(readinessQuery);
  const { data: requests } = useQuery(requestsQuery);
  const requestWords =
    requests === undefined
      ? "…"
      : `${exactly(requests.recent_requests)} in the last five minutes, ${percent(requests.error_rate)} failed`;
  return (
    <Card title="Health" h="100%">
      <Await query={readiness} height={210}>
        {(ready) => (
          <Facts
            of={[
              ["State", <ReadyWord key="state" of={ready} />],
              ...checkFacts(ready),
              ["Requests here", requestWords],
              ["Version", system.version],
              ["Runs since", <RunsSince key="since" at={system.started_at} />],
              ["Mail", system.mail_set_up ? "set up" : "not set up: PURSER_SMTP_URL is missing"],
            ]}
          />
        )}
      </Await>
    </Card>
  );
}

function ReadyWord({ of: { isReady } }: { readonly of: Readiness }) {
  return isReady ? (
    <ToneWord tone="fine" words="ready" />
  ) : (
    <ToneWord tone="stopped" words="not ready: calls are refused" />
  );
}

const CHECK_NAMES: Readonly<Record<string, string>> = {
  database: "Database answers",
  migrations: "Its schema",
};

/** `kind` is told with the database itself. */
function checkFacts({ checks }: Readiness): Fact[] {
  return Object.entries(checks)
    .filter(([name]) => name !== "kind")
    .map(([name, words]) => [CHECK_NAMES[name] ?? name, words]);
}

function RunsSince({ at }: { readonly at: string }) {
  return (
    <>
      <ExactTime at={at} /> (<RelativeTime at={at} />)
    </>
  );
}
