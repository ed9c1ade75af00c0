/** Narrows the log by a tag: one of the declared names, then a value of it, picked or typed. */
import { Autocomplete, Select } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";
import { namesOf } from "../usage/charted.ts";
import { useDeclaredTags } from "../usage/declared-tags.ts";
import { tagOf } from "./asked-calls.ts";
import classes from "./calls.module.css";

const VALUES_FRESH_MS = 60_000;

/** All that were ever used. */
function valuesQuery(userId: string, tag: string) {
  return queryOptions({
    queryKey: ["names", userId, "tag", tag],
    staleTime: VALUES_FRESH_MS,
    queryFn: async () => {
      const { rows } = await client.breakdown(userId, { by: "tag", tag, billing_period: "all" });
      return namesOf(rows);
    },
  });
}

/** Nothing where no tag is declared, but for an address that names one all the same. */
export function TagFilter() {
  const declared = useDeclaredTags();
  const [address, change] = useAddress();
  const { name, value } = tagOf(address);
  if (declared.length === 0 && name === undefined) return null;
  const isListed = name === undefined || declared.includes(name);
  return (
    <>
      <Select
        aria-label="Tag"
        placeholder="Tag"
        data={isListed ? declared : [...declared, name]}
        value={name ?? null}
        onChange={(chosen) => change({ tag: chosen ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": "Any tag" }}
        className={classes["filter"]}
        style={{ flex: "1 1 110px" }}
      />
      {name === undefined ? null : (
        <TagValue key={name} name={name} value={value ?? ""} isDeclared={isListed} />
      )}
    </>
  );
}

function TagValue({
  name,
  value,
  isDeclared,
}: {
  readonly name: string;
  readonly value: string;
  /** Only then is it known which values there are. */
  readonly isDeclared: boolean;
}) {
  const { userId } = useSubject();
  const [, change] = useAddress();
  const { data: values = [] } = useQuery({ ...valuesQuery(userId, name), enabled: isDeclared });
  const [text, setText] = useState(value);
  // Going back and links change the address without typing.
  useEffect(() => setText(value), [value]);
  const take = (wanted: string): void => {
    if (wanted !== value) change({ tag: wanted === "" ? name : `${name}:${wanted}` });
  };
  return (
    <Autocomplete
      aria-label={`Value of ${name}`}
      placeholder={`Value of ${name}`}
      data={values}
      value={text}
      onChange={setText}
      onOptionSubmit={take}
      onClear={() => take("")}
      onBlur={() => take(text.trim())}
      onKeyDown={({ key }) => {
        if (key === "Enter") take(text.trim());
      }}
      maxLength={200}
      clearable
      clearButtonProps={{ "aria-label": `Any ${name}` }}
      className={classes["filter"]}
      style={{ flex: "1 1 120px" }}
    />
  );
}
