/** The kinds of columns: integers are read as bigint and written as bigint or whole number. */
import type { ColumnType, Generated } from "kysely";

/** 64-bit integer: read as bigint, written as bigint or whole number. */
export type Int = ColumnType<bigint, bigint | number, bigint | number>;
export type NullableInt = ColumnType<
  bigint | null,
  bigint | number | null | undefined,
  bigint | number | null
>;
export type AutoId = Generated<bigint>;
export type Text = string;
export type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
export type Bytes = Uint8Array;
