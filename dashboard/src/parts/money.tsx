/** An amount of dollars, with its exact value where one looks closer. */
import { Text, type TextProps } from "@mantine/core";
import { exactMoney, money } from "./format.ts";

export function Money({ dollars, ...text }: { readonly dollars: number } & TextProps) {
  return (
    <Text span inherit ff="inherit" className="figures" title={exactMoney(dollars)} {...text}>
      {money(dollars)}
    </Text>
  );
}
