/** What stands where there is no page. */
import { Center } from "@mantine/core";
import { Empty } from "../parts/states.tsx";
import { PageLink } from "./page-link.tsx";

export function NotFound() {
  return (
    <Center mih="60vh">
      <Empty title="There is no such page">
        <PageLink to="//">Go to the start</PageLink>
      </Empty>
    </Center>
  );
}
