/** Which alerts are listed: all or unread ones, of which severity; it stands in the address. */
import { Group, SegmentedControl, Select } from "@mantine/core";
import { SEVERITY_WORDS } from "../../../../src/core/messages/mail-words.ts";
import { useAddress } from "../../app/address.ts";
import { exactly } from "../../parts/format.ts";
import { askedAlerts, SEVERITIES } from "./alert-queries.ts";

export function AlertFilters({ unreadCount }: { readonly unreadCount: number | undefined }) {
  const [address, change] = useAddress();
  const { isUnreadOnly, severity } = askedAlerts(address);
  const unread = unreadCount === undefined ? "Unread" : `Unread (${exactly(unreadCount)})`;
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label="Which alerts"
        data={[
          { value: "all", label: "All" },
          { value: "unread", label: unread },
        ]}
        value={isUnreadOnly ? "unread" : "all"}
        onChange={(value) =>
          change({ unread: value === "unread" ? "1" : undefined, page: undefined })
        }
      />
      <Select
        aria-label="Severity"
        data={[
          { value: "any", label: "Any severity" },
          ...SEVERITIES.map((value) => ({ value, label: SEVERITY_WORDS[value] })),
        ]}
        value={severity ?? "any"}
        onChange={(value) =>
          change({
            severity: value === null || value === "any" ? undefined : value,
            page: undefined,
          })
        }
        allowDeselect={false}
        w={150}
      />
    </Group>
  );
}
