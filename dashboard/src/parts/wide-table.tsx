/** A table that scrolls inside itself where the screen is narrower, by keyboard too. */
import { Table, type TableProps } from "@mantine/core";
import type { ReactNode } from "react";

export function WideTable({
  label,
  minWidth,
  maxHeight,
  children,
  ...table
}: {
  /** What it shows, for screen readers. */
  readonly label: string;
  /** In pixels; 0: it fits everywhere. */
  readonly minWidth: number;
  /** In pixels; left out: as high as it is. */
  readonly maxHeight?: number;
  readonly children: ReactNode;
} & TableProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="group"
      aria-label={label}
      {...(maxHeight === undefined ? {} : { mah: maxHeight })}
    >
      <Table aria-label={label} {...table}>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}
