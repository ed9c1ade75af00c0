/** Text that is typed into a field and goes into the address after a moment, from where the page reads it. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useAddress } from "../app/address.ts";

const TYPED_MS = 250;

/** What stands in the field, and what is to be done as it is typed. The list begins again at its first page. */
export function useTyped(field: string): readonly [string, (typed: string) => void] {
  const [{ [field]: inAddress = "" }, change] = useAddress();
  const [typed, setTyped] = useState(inAddress);
  const put = useRef(inAddress);
  const putSoon = useDebouncedCallback((words: string) => {
    put.current = words;
    change({ [field]: words === "" ? undefined : words, after: undefined, page: undefined });
  }, TYPED_MS);
  // Going back and links change the address without typing; what was typed here may have gone on meanwhile.
  useEffect(() => {
    if (inAddress === put.current) return;
    put.current = inAddress;
    setTyped(inAddress);
  }, [inAddress]);
  return [
    typed,
    (words) => {
      setTyped(words);
      putSoon(words.trim());
    },
  ];
}
