/** A count, short, with its exact value where one looks closer. */
import { count, exactly } from "./format.ts";

export function Amount({ of, unit = "" }: { readonly of: number; readonly unit?: string }) {
  const tail = unit === "" ? "" : ` ${unit}`;
  return (
    <span className="figures" title={`${exactly(of)}${tail}`}>
      {count(of)}
      {tail}
    </span>
  );
}
