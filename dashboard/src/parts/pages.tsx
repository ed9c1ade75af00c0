/** Leads through the pages of a history, where it has more than one. */
import { Pagination } from "@mantine/core";

export function Pages({
  of,
  total,
  size,
  value,
  onChange,
}: {
  /** What is paged, for screen readers. */
  readonly of: string;
  readonly total: number;
  readonly size: number;
  readonly value: number;
  readonly onChange: (page: number) => void;
}) {
  const pages = Math.ceil(total / size);
  if (pages < 2) return null;
  return (
    <Pagination
      mt="sm"
      size="sm"
      total={pages}
      value={value}
      onChange={onChange}
      getItemProps={(page) => ({ "aria-label": `${of}, page ${page}` })}
      getControlProps={(control) => ({
        "aria-label": control === "next" ? `${of}, older` : `${of}, newer`,
      })}
    />
  );
}

/** The page that an address names; 1 where it names none. */
export function pageOf(text: string | undefined): number {
  const page = Number(text ?? 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}
