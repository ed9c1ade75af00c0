/** One of a few, and never none. */
import { Select, type SelectProps } from "@mantine/core";

export function ChoiceField<Value extends string>({
  data,
  onChange,
  ...select
}: {
  readonly label: string;
  readonly data: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
} & Pick<SelectProps, "style">) {
  return (
    <Select
      {...select}
      data={data.map((each) => ({ ...each }))}
      onChange={(chosen) => {
        const found = data.find(({ value }) => value === chosen);
        if (found !== undefined) onChange(found.value);
      }}
      allowDeselect={false}
    />
  );
}
