/** The shape of the overview before its numbers are there. */
import { Skeleton, Stack } from "@mantine/core";
import classes from "./overview.module.css";

export function OverviewSkeleton() {
  return (
    <Stack gap="sm">
      <Skeleton height={30} width="60%" />
      <div className={classes["grid"]}>
        <Skeleton height={286} radius="md" />
        <Skeleton height={286} radius="md" />
        <Skeleton height={290} radius="md" />
        <Skeleton height={290} radius="md" />
      </div>
    </Stack>
  );
}
